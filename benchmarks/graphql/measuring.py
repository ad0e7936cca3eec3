"""Rounds: in each, every case on every contestant, one after the other, so that a change of the machine's speed meets
all of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from . import load
from .cases import Case
from .load import Load
from .processor import Meter
from .stage import Contestant, Stage, bodies


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One case on one contestant in one round. `processor`: percent of one processor, by the name of the process."""

    case: Case
    contestant: str
    load: Load
    processor: Mapping[str, float]

    def as_dict(self) -> dict[str, Any]:
        return {
            "case": self.case.key,
            "contestant": self.contestant,
            "requests_per_second": round(self.load.per_second, 1),
            "p50_ms": round(self.load.p50, 2),
            "p99_ms": round(self.load.p99, 2),
            "processor_percent": {name: round(percent, 1) for name, percent in self.processor.items()},
        }


def one_round(stage: Stage, cases: Sequence[Case], *, seconds: float) -> Iterator[Measured]:
    """Raises load.WrongAnswers."""
    for case in cases:
        for contestant in stage.contestants:
            yield _measured(stage, case, contestant, seconds)


def _measured(stage: Stage, case: Case, contestant: Contestant, seconds: float) -> Measured:
    meter = Meter.started(contestant.processes)
    found = load.run(contestant.url, bodies(case), stage.headers(case, contestant), seconds=seconds)
    return Measured(case=case, contestant=contestant.name, load=found, processor=meter.percent(contestant.processes))
