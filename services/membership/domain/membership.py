"""A membership: one or more cities in one coalition, with what happened and what follows from it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

from services.chassis.kernel.dates import PartialDate

from .city import City, CitySummary
from .decision import Decision
from .milestones import Milestone, MilestoneKind, ensure_course, in_order
from .plan import Plan, plan_in_force
from .standing import LIVING, OVER, Standing, standing_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """`plan_id` and `plan_version` name the plan in force when it acceded (for a candidate: applied), or None.
    `selected_commitments` None: the whole plan. `contact_note` is for the secretariat and leaves the service in no
    view and no message."""

    id: str
    coalition: str
    version: int
    cities: tuple[CitySummary, ...]
    milestones: tuple[Milestone, ...]
    decision: Decision | None = None
    plan_id: str | None = None
    plan_version: str | None = None
    selected_commitments: tuple[int, ...] | None = None
    source: str | None = None
    contact_note: str | None = None

    @property
    def standing(self) -> Standing:
        return standing_of(self.milestones)

    @property
    def is_living(self) -> bool:
        return self.standing in LIVING

    @property
    def is_over(self) -> bool:
        return self.standing in OVER

    @property
    def acceded_on(self) -> PartialDate | None:
        """The date that decides which plan is its own: of the admission, or as long as there is none, of the step
        that made it a candidate."""
        steps = (MilestoneKind.ADMISSION, MilestoneKind.APPLICATION, MilestoneKind.ACT_OF_ACCESSION)
        return next((self.date_of(kind) for kind in steps if self.has(kind)), None)

    @property
    def applied_on(self) -> PartialDate | None:
        return self.date_of(MilestoneKind.APPLICATION)

    @property
    def admitted_on(self) -> PartialDate | None:
        return self.date_of(MilestoneKind.ADMISSION)

    @property
    def city_ids(self) -> tuple[str, ...]:
        return tuple(city.id for city in self.cities)

    @property
    def label(self) -> str:
        return " / ".join(city.name for city in self.cities)

    def has(self, kind: MilestoneKind) -> bool:
        return any(milestone.kind is kind for milestone in self.milestones)

    def date_of(self, kind: MilestoneKind) -> PartialDate | None:
        return next((milestone.date for milestone in self.milestones if milestone.kind is kind), None)

    def linking(self, cities: Sequence[City]) -> Self:
        """With its cities as the registry knows them now."""
        return replace(self, cities=tuple(CitySummary.of(city) for city in cities))

    def followed_by(self, *steps: Milestone) -> Self:
        """The next version, with `steps` added. Raises what `milestones.ensure_course` raises."""
        milestones = in_order([*self.milestones, *steps])
        ensure_course(milestones, bodies=len(self.cities))
        return replace(self, version=self.version + 1, milestones=milestones)

    def under(self, plan: Plan | None) -> Self:
        """Pinned to `plan`."""
        return replace(self, plan_id=plan.id if plan else None, plan_version=plan.version if plan else None)

    def under_plan_in_force(self, plans: Sequence[Plan]) -> Self:
        """Pinned to the plan in force when it acceded. A selection keeps the plan whose numbers it names; who has
        only declared an intent is under no plan yet."""
        if self.selected_commitments is not None:
            return self
        if self.standing is Standing.DECLARED_INTENT:
            return self.under(None)
        return self.under(plan_in_force(plans, on=self.acceded_on))
