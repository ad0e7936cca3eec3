"""The figures as tables: what each contestant gives, and what each process takes."""

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from benchmarks.figures import Spread

from .cases import Case
from .measuring import Measured
from .stage import BASELINES, PLATFORM

Table = list[list[str]]
"""Rows of cells; the first row is the head."""

CONTESTANTS: Final = (PLATFORM, *BASELINES)


def results(measured: Sequence[Measured]) -> Table:
    """Medians of the rounds; a ratio is made round by round, and shown with its lowest and highest."""
    ratios = [f"platform ÷ {name}" for name in BASELINES]
    head = ["query", "", *CONTESTANTS, *ratios]
    return [head, *(row for case in _cases(measured) for row in _rows(case, measured))]


def shares(measured: Sequence[Measured]) -> Table:
    """Percent of one processor, the median of the rounds."""
    processes = list(dict.fromkeys(name for each in measured for name in each.processor))
    rows = [
        [f"({case.key})", name, *(_share(measured, case, name, process) for process in processes)]
        for case in _cases(measured)
        for name in CONTESTANTS
    ]
    return [["query", "who", *processes], *rows]


def _rows(case: Case, measured: Sequence[Measured]) -> Iterator[list[str]]:
    figures: list[tuple[str, str, Callable[[Measured], float]]] = [
        ("requests per second", ",.0f", lambda each: each.load.per_second),
        ("p99, ms", ",.1f", lambda each: each.load.p99),
    ]
    for title, form, figure in figures:
        values = {name: _values(measured, case, name, figure) for name in CONTESTANTS}
        middles = [format(Spread.of(values[name]).median, form) for name in CONTESTANTS]
        ratios = [_ratio(values[PLATFORM], values[name]) for name in BASELINES]
        yield [f"({case.key}) {case.title}", title, *middles, *ratios]


def _ratio(measured: Sequence[float], beside: Sequence[float]) -> str:
    spread = Spread.of([one / other for one, other in zip(measured, beside, strict=True)])
    return f"{spread.median:.2f}× ({spread.minimum:.2f} to {spread.maximum:.2f})"


def _share(measured: Sequence[Measured], case: Case, name: str, process: str) -> str:
    found = _values(measured, case, name, lambda each: each.processor.get(process, -1.0))
    middle = Spread.of(found).median
    return "" if middle < 0 else f"{middle:.0f} %"


def _values(measured: Sequence[Measured], case: Case, name: str, figure: Callable[[Measured], float]) -> list[float]:
    return [figure(each) for each in measured if each.case.key == case.key and each.contestant == name]


def _cases(measured: Sequence[Measured]) -> list[Case]:
    return list({each.case.key: each.case for each in measured}.values())
