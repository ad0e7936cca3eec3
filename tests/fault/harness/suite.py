"""The whole suite: every fault alone, each on a platform of its own, then all in a random sequence on one."""

import traceback
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Final

from .fault import Fault
from .secretariat import found_coalition
from .stage import Ground, Stage, ground, stage
from .trial import Pace, Row, Say, Trial, broken

SEQUENCE: Final = "sequence"
MEMBERS: Final = 3
DISK_MEGABYTES: Final = 450

Report = Callable[[Row], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """`faults` to run alone, and whether to run `all_faults` in sequence; `logs` is where the processes' logs of a
    trial that failed are put."""

    faults: Sequence[type[Fault]]
    sequence: Sequence[type[Fault]]
    seed: int
    pace: Pace
    logs: Path

    def without(self, names: Collection[str]) -> "Plan":
        """What is left to do when the rows of `names` are there."""
        rest = [fault for fault in self.faults if fault.name not in names]
        return replace(self, faults=rest, sequence=() if SEQUENCE in names else self.sequence)


def run(plan: Plan, *, report: Report, say: Say) -> None:
    """Run it; `report` is given each row as soon as it is there. Raises Refusal, OSError as `ground` does."""
    alone = [fault for fault in plan.faults if not fault.needs_small_disk]
    if alone or plan.sequence:
        with ground(members=MEMBERS) as solid:
            for fault in alone:
                report(_alone(solid, fault, plan, say))
            if plan.sequence:
                report(_in_sequence(solid, plan, say))
    for fault in plan.faults:
        if fault.needs_small_disk:
            with ground(members=1, disk_megabytes=DISK_MEGABYTES) as small:
                report(_alone(small, fault, plan, say))


def _alone(ground: Ground, fault: type[Fault], plan: Plan, say: Say) -> Row:
    return _trial(ground, fault.name, [fault(Random(f"{plan.seed} {fault.name}"))], plan, say)


def _in_sequence(ground: Ground, plan: Plan, say: Say) -> Row:
    randomness = Random(f"{plan.seed} {SEQUENCE}")
    kinds = [fault for fault in plan.sequence if not fault.needs_small_disk]
    chosen = [fault(Random(randomness.random())) for fault in randomness.sample(kinds, len(kinds))]
    say("in this order: " + ", ".join(fault.name for fault in chosen))
    return _trial(ground, SEQUENCE, chosen, plan, say)


def _trial(ground: Ground, name: str, faults: list[Fault], plan: Plan, say: Say) -> Row:
    try:
        with stage(ground, own_settings=_own_settings(faults)) as where, _logs_kept(where, plan.logs / name) as keep:
            conferences = found_coalition(where.platform)
            trial = Trial(
                where, conferences=conferences, pace=plan.pace, randomness=Random(f"{plan.seed} {name}"), say=say
            )
            row = trial.run(name, faults)
            keep(not row.passed)
            return row
    except Exception:
        return broken(name, traceback.format_exc())
    finally:
        for fault in faults:
            fault.end()


def _own_settings(faults: Sequence[Fault]) -> Mapping[str, Mapping[str, str]]:
    merged: dict[str, dict[str, str]] = {}
    for fault in faults:
        for name, settings in fault.own_settings().items():
            merged.setdefault(name, {}).update(settings)
    return merged


@contextmanager
def _logs_kept(stage: Stage, directory: Path) -> Iterator[Callable[[bool], None]]:
    """Put the processes' logs into `directory` at the end of the block, unless they are said not to be of use."""
    of_use = [True]
    try:
        yield lambda is_of_use: of_use.append(is_of_use)
    finally:
        if of_use[-1]:
            directory.mkdir(parents=True, exist_ok=True)
            for name, process in stage.platform.processes.items():
                (directory / f"{name}.log").write_text(process.log())
