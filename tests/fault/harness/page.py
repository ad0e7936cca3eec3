"""The table in docs/failure-modes.md."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from .trial import Row

_BEGIN: Final = "<!-- the table, written by `make faults ARGS=--write` -->"
_END: Final = "<!-- end of the table -->"
_HEAD: Final = (
    "| fault | sent | acknowledged | refused | unknown, resolved | lost | doubled | recovered, s | caught up, s "
    "| restarts |\n"
    "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|"
)


def refresh(page: Path, rows: Sequence[Row], titles: dict[str, str], *, said: str) -> None:
    """Replace the table in `page`. `titles` say what each fault is, `said` under which conditions it was run."""
    before, _, rest = page.read_text(encoding="utf-8").partition(_BEGIN)
    _, _, after = rest.partition(_END)
    lines = [said, "", _HEAD, *(_line(row, titles.get(row.fault, "")) for row in rows), _sum(rows)]
    page.write_text("\n".join([before + _BEGIN, *lines, _END + after]), encoding="utf-8")


def _line(row: Row, title: str) -> str:
    counts = (row.sent, row.acknowledged, row.refused, row.unknown, row.lost, row.doubled)
    numbers = [f"{count:,}" for count in counts]
    what = f"**{row.fault}**" + (f": {title}" if title else "")
    return _cells(what, *numbers, _seconds(row.recovered), _seconds(row.caught_up), str(row.restarts))


def _sum(rows: Sequence[Row]) -> str:
    columns = zip(
        *((row.sent, row.acknowledged, row.refused, row.unknown, row.lost, row.doubled) for row in rows), strict=True
    )
    return _cells(
        "**all**", *(f"**{sum(column):,}**" for column in columns), "", "", str(sum(r.restarts for r in rows))
    )


def _cells(*cells: str) -> str:
    return "| " + " | ".join(cells) + " |"


def _seconds(value: float | None) -> str:
    return "never" if value is None else f"{value:.1f}"
