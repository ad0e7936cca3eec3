"""The rows as people read them."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from .trial import Row

_COLUMNS = (
    "fault",
    "sent",
    "acknowledged",
    "refused",
    "unknown, resolved",
    "lost",
    "doubled",
    "recovered s",
    "caught up s",
    "restarts",
)
_FINDINGS_SHOWN = 12


def show(rows: Sequence[Row], console: Console) -> None:
    """One line per fault, their sum, and what was found."""
    table = Table(*_COLUMNS, show_footer=False)
    for column in table.columns[1:]:
        column.justify = "right"
    for row in rows:
        table.add_row(*_cells(row), style=None if row.passed else "red")
    table.add_section()
    table.add_row("all", *(str(sum(numbers)) for numbers in zip(*map(_counts, rows), strict=True)), "", "", "")
    console.print(table)
    for row in rows:
        for finding in row.findings[:_FINDINGS_SHOWN]:
            console.print(f"{row.fault}: {finding}", style="red", markup=False, highlight=False)
        if len(row.findings) > _FINDINGS_SHOWN:
            console.print(f"{row.fault}: and {len(row.findings) - _FINDINGS_SHOWN} more", style="red")


def _cells(row: Row) -> list[str]:
    return [
        row.fault,
        *map(str, _counts(row)),
        _seconds(row.recovered),
        _seconds(row.caught_up),
        str(row.restarts),
    ]


def _counts(row: Row) -> tuple[int, ...]:
    return row.sent, row.acknowledged, row.refused, row.unknown, row.lost, row.doubled


def _seconds(value: float | None) -> str:
    return "never" if value is None else f"{value:.1f}"
