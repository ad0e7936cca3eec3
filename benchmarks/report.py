"""The results: as JSON for machines, as a table on the terminal, as a table in the README."""

import json
import os
import platform
import re
import subprocess
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.table import Table

from .figures import MILLISECONDS, Comparison, Spread

HERE: Final = Path(__file__).parent
RESULTS: Final = HERE / "results"
README: Final = HERE / "README.md"
BEGIN: Final = "<!-- results: written by `python -m benchmarks` -->"
END: Final = "<!-- end of results -->"
LIBRARIES: Final = ("nameko", "kombu", "amqp", "eventlet", "pymongo")
HEADINGS: Final = ("figure", "chassis", "beside", "raw", "ratio")


def conditions(
    *, seconds: float, rounds: int, load_before: float, servers: dict[str, str], libraries: Sequence[str] = LIBRARIES
) -> dict[str, Any]:
    """What the figures depend on. The load averages are those of the last minute, before and after the run."""
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "commit": _commit(),
        "machine": {"processor": _processor(), "processors": os.cpu_count(), "kernel": platform.release()},
        "load": {"before": round(load_before, 2), "after": round(os.getloadavg()[0], 2)},
        "versions": {"Python": platform.python_version(), **servers, **{name: version(name) for name in libraries}},
        "rounds": rounds,
        "seconds": seconds,
    }


def path_of(found: dict[str, Any], *, kind: str = "") -> Path:
    """`results/<date>-<machine>.json`, with the kind of measurement behind the machine."""
    machine = found["machine"]
    name = re.sub(r"[^a-z0-9]+", "-", f"{machine['processor']} {machine['processors']} cpu {kind}".lower()).strip("-")
    return RESULTS / f"{found['date']}-{name}.json"


def write_json(path: Path, found: dict[str, Any], comparisons: Sequence[Comparison]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    content = {**found, "comparisons": [comparison.as_dict() for comparison in comparisons]}
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n")


def print_table(found: dict[str, Any], comparisons: Sequence[Comparison]) -> None:
    console = Console()
    if not console.is_terminal:
        console = Console(width=180)
    table = Table(*HEADINGS, title=conditions_line(found), title_justify="left")
    previous = ""
    for comparison in comparisons:
        if comparison.group != previous:
            table.add_section()
            table.add_row(f"[bold]{comparison.group}")
        previous = comparison.group
        table.add_row(*_cells(comparison))
    console.print(table)


def refresh_readme(found: dict[str, Any], comparisons: Sequence[Comparison], source: Path) -> None:
    link = f"[{source.name}](results/{source.name})"
    lines = [f"{conditions_line(found)} Each round by itself: {link}.", "", *_markdown(comparisons)]
    replace_in_readme(BEGIN, END, lines)


def replace_in_readme(begin: str, end: str, lines: Sequence[str]) -> None:
    """Replace what stands between two markers."""
    text = README.read_text()
    before, after = text.index(begin) + len(begin), text.index(end)
    README.write_text(text[:before] + "\n" + "\n".join(lines) + "\n" + text[after:])


def _markdown(comparisons: Sequence[Comparison]) -> Iterator[str]:
    yield f"| {' | '.join(HEADINGS)} |"
    yield "|---" * len(HEADINGS) + "|"
    previous = ""
    for comparison in comparisons:
        if comparison.group != previous:
            yield f"| **{comparison.group}** |" + " |" * (len(HEADINGS) - 1)
        previous = comparison.group
        yield f"| {' | '.join(_cells(comparison))} |"


def _cells(comparison: Comparison) -> tuple[str, ...]:
    return (
        comparison.figure,
        _spread(comparison.measured, comparison.unit),
        comparison.baseline,
        _spread(comparison.raw, comparison.unit),
        _spread(comparison.ratios, "×"),
    )


def _spread(values: Sequence[float], unit: str) -> str:
    spread = Spread.of(values)
    pattern = {MILLISECONDS: ",.1f", "×": ".2f"}.get(unit, ",.0f")
    median, low, high = (format(value, pattern) for value in (spread.median, spread.minimum, spread.maximum))
    separator = " " if unit == MILLISECONDS else ""
    return f"{median}{separator}{unit} ({low} to {high})"


def conditions_line(found: dict[str, Any]) -> str:
    machine, load = found["machine"], found["load"]
    versions = ", ".join(f"{name} {number}" for name, number in found["versions"].items())
    return (
        f"{found['date']}, {machine['processors']} × {machine['processor']}, commit {found['commit']}; {versions}; "
        f"{found['rounds']} rounds of {found['seconds']:g} s; load {load['before']} before, {load['after']} after."
    )


def _commit() -> str:
    """The commit that was measured, with `+` when the working tree differs from it."""
    command = ["git", "describe", "--always", "--dirty=+", "--exclude=*"]
    try:
        return subprocess.run(command, cwd=HERE, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def _processor() -> str:
    names = re.findall(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    return names[0].strip() if names else platform.machine()
