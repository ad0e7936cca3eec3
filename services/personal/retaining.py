"""The job that enforces the retention rules: what has had its time is erased, batch by batch, each in a transaction."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Generic, TypeVar

from services.chassis.persistence.unit_of_work import UnitOfWork, Work

from .retention import Category, RetentionRules, kept_since

BATCH: Final = 100
"""Things erased in one transaction."""

Owner = TypeVar("Owner", bound=str | None)
"""Of what is kept: the key of a coalition; None, where a service has such things, for what belongs to none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty(Generic[Owner]):
    """How a service keeps one category no longer than it may. `due` counts what counts from a day before the given one;
    `enforce` erases up to BATCH of it and says how many it was."""

    category: Category
    due: Callable[[Work, Owner, date], int]
    enforce: Callable[[Work, Owner, date], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Retaining(Generic[Owner]):
    """`owners` are those of whom the service may hold something, `in_force` the rules of one of them on a day."""

    owners: Callable[[Work], Sequence[Owner]]
    in_force: Callable[[Work, Owner, date], RetentionRules]
    duties: Sequence[Duty[Owner]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Retained:
    """What was done, or is to be done: of a coalition (None: of none), what counts from before `kept_since`."""

    category: Category
    coalition: str | None
    kept_since: date
    count: int


def retain(unit_of_work: UnitOfWork, retaining: Retaining[Owner], *, dry_run: bool) -> Iterator[Retained]:
    """Enforce every duty in every coalition, or with `dry_run` only count; tell of each where there was something."""
    owners = unit_of_work.look(lambda work, _: list(retaining.owners(work)), None)
    for coalition in owners:
        for duty in retaining.duties:
            done = _retain_one(unit_of_work, retaining, duty, coalition, dry_run=dry_run)
            if done.count:
                yield done


def _retain_one(
    unit_of_work: UnitOfWork, retaining: Retaining[Owner], duty: Duty[Owner], coalition: Owner, *, dry_run: bool
) -> Retained:
    def since(work: Work, _: None) -> date:
        return kept_since(retaining.in_force(work, coalition, work.today), duty.category, work.today)

    first_kept = unit_of_work.look(since, None)
    if dry_run:
        count = unit_of_work.look(lambda work, day: duty.due(work, coalition, day), first_kept)
    else:
        count = sum(_batches(unit_of_work, duty, coalition, first_kept))
    return Retained(category=duty.category, coalition=coalition, kept_since=first_kept, count=count)


def _batches(unit_of_work: UnitOfWork, duty: Duty[Owner], coalition: Owner, first_kept: date) -> Iterator[int]:
    while erased := unit_of_work.write(lambda work, day: duty.enforce(work, coalition, day), first_kept):
        yield erased
