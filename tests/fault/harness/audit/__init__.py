"""What is there after a trial, against what was acknowledged. Everything is looked at, nothing is sampled."""

from dataclasses import dataclass, field

from ..ledger import Kind, Ledger
from ..stage import Stage
from . import effects, log, read_back, state, trail


@dataclass(frozen=True, slots=True)
class Findings:
    """Sentences, each about one thing that is missing, there twice, or otherwise not as it should be."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    other: list[str] = field(default_factory=list)

    @property
    def all(self) -> list[str]:
        return [*self.lost, *self.doubled, *self.other]


def audit(stage: Stage, ledger: Ledger, *, dead: int) -> Findings:
    """`dead` is how many dead letters there are if all is well."""
    lost, doubled = effects.compare(stage, ledger)
    return Findings(
        lost=[*lost, *read_back.missing(stage, ledger), *log.unhandled(stage), *trail.untold(stage, ledger)],
        doubled=[*doubled, *log.doubled(stage), *effects.answered_twice(ledger), *trail.told_twice(stage)],
        other=[
            *_unanswered(ledger),
            *log.unfinished(stage),
            *log.gaps(stage),
            *log.dead_letters(stage, expected=dead),
            *state.projections(stage),
            *state.obligations(stage),
            *state.seats(stage),
            *trail.unsound(stage),
        ],
    )


def _unanswered(ledger: Ledger) -> list[str]:
    unknown = [
        f"{command.mutation} {command.key} has no answer yet: {outcome.codes}"
        for command, outcome in ledger.of(Kind.UNKNOWN)
    ]
    wrong = [
        f"{command.mutation} {command.key} was {outcome.kind.value} {outcome.codes}, which is wrong"
        for command, outcome in ledger.wrongly_answered()
    ]
    return [*unknown, *wrong]
