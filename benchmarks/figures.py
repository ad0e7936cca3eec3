"""Figures of several rounds, each beside a raw baseline of the same rounds."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

MILLISECONDS = "ms"
PER_SECOND = "/s"


@dataclass(frozen=True, slots=True)
class Spread:
    """The middle and both ends of a figure over the rounds."""

    median: float
    minimum: float
    maximum: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Self:
        return cls(statistics.median(values), min(values), max(values))


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One figure of one round: `measured` on the chassis, `raw` without it, both in `unit`."""

    group: str
    figure: str
    unit: str
    measured: float
    baseline: str
    raw: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One figure over all rounds. The ratio is made round by round, so that a machine whose speed drifts does not
    make it: above 1 the chassis takes longer (times) or does more (rates)."""

    group: str
    figure: str
    unit: str
    baseline: str
    measured: Sequence[float]
    raw: Sequence[float]

    @property
    def ratios(self) -> list[float]:
        return [measured / raw for measured, raw in zip(self.measured, self.raw, strict=True)]

    def as_dict(self) -> dict[str, Any]:
        spreads = {"measured": self.measured, "raw": self.raw, "ratio": self.ratios}
        return {
            "group": self.group,
            "figure": self.figure,
            "unit": self.unit,
            "baseline": self.baseline,
            **{name: _spread_as_dict(values) for name, values in spreads.items()},
        }


def compare(rounds: Sequence[Sequence[Pair]]) -> list[Comparison]:
    """The rounds' pairs, which come in the same order in each round, figure by figure."""
    return [
        Comparison(
            group=pairs[0].group,
            figure=pairs[0].figure,
            unit=pairs[0].unit,
            baseline=pairs[0].baseline,
            measured=[pair.measured for pair in pairs],
            raw=[pair.raw for pair in pairs],
        )
        for pairs in zip(*rounds, strict=True)
    ]


def percentile(values: Sequence[float], percent: int) -> float:
    """Between two values as far as it takes; of at least two values."""
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


def milliseconds(seconds: Sequence[float]) -> list[float]:
    return [value * 1000 for value in seconds]


def _spread_as_dict(values: Sequence[float]) -> dict[str, Any]:
    spread = Spread.of(values)
    return {
        "median": round(spread.median, 3),
        "min": round(spread.minimum, 3),
        "max": round(spread.maximum, 3),
        "rounds": [round(value, 3) for value in values],
    }
