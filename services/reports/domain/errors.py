"""Every error of this service, with its stable code and the sentence that a person reads.

    ExpectedError (chassis)
    ├── NotFound
    │   ├── UnknownPlan              UNKNOWN_PLAN              the coalition has no such plan, as far as is known here
    │   └── UnknownCommitment        UNKNOWN_COMMITMENT        the report's plan has no such commitment
    ├── Conflict
    │   ├── CycleOverlaps            CYCLE_OVERLAPS            another cycle covers part of the period
    │   ├── ReportAlreadyStarted     REPORT_ALREADY_STARTED    one report per member and cycle
    │   └── ReportAlreadySubmitted   REPORT_ALREADY_SUBMITTED  a submitted report does not change
    └── RuleViolation
        ├── NotAMember               NOT_A_MEMBER              only members in standing report
        ├── CycleNotOpen             CYCLE_NOT_OPEN            outside the cycle's dates
        └── IncompleteReport         INCOMPLETE_REPORT         names each commitment without an answer
    Unavailable (chassis)
    └── ProjectionBehind             PROJECTION_BEHIND         a message that this one builds on has not arrived yet

The errors of evidence are those of `services.files.errors`.
INVALID_INPUT, NOT_FOUND, VERSION_CONFLICT and FORBIDDEN are the chassis' own.
"""

from collections.abc import Sequence
from datetime import date

from services.chassis.kernel.errors import Conflict, NotFound, RuleViolation, Unavailable, Violation


class UnknownPlan(NotFound):
    code = "UNKNOWN_PLAN"

    def __init__(self, version: str | None) -> None:
        which = "No plan" if version is None else f"No plan version “{version}”"
        super().__init__(
            f"{which} of this coalition is known here. Publish the plan first; if you just did, try again in a moment.",
            path=("plan_version",),
        )


class UnknownCommitment(NotFound):
    code = "UNKNOWN_COMMITMENT"

    def __init__(self, number: int, known: Sequence[int]) -> None:
        numbers = ", ".join(str(each) for each in known)
        super().__init__(
            f"This report's plan has no commitment {number}. Its commitments are {numbers}.", path=("commitment",)
        )


class CycleOverlaps(Conflict):
    code = "CYCLE_OVERLAPS"

    def __init__(self, start: date, end: date) -> None:
        super().__init__(
            f"Another cycle covers {start} to {end}. Choose a period that does not touch it.", path=("period_start",)
        )


class ReportAlreadyStarted(Conflict):
    code = "REPORT_ALREADY_STARTED"

    def __init__(self) -> None:
        super().__init__("This member has a report in this cycle already. Open that one and go on there.")


class ReportAlreadySubmitted(Conflict):
    code = "REPORT_ALREADY_SUBMITTED"

    def __init__(self) -> None:
        super().__init__(
            "This report has been submitted and does not change any more. Ask the secretariat if it needs a correction."
        )


class NotAMember(RuleViolation):
    code = "NOT_A_MEMBER"

    def __init__(self) -> None:
        super().__init__(
            "Only members in standing report, and this one is not known as such. "
            "If it has just been admitted, try again in a moment; otherwise ask the secretariat.",
            path=("member_id",),
        )


class CycleNotOpen(RuleViolation):
    code = "CYCLE_NOT_OPEN"

    def __init__(self, opens_on: date, due_on: date) -> None:
        super().__init__(
            f"Reports of this cycle can be started from {opens_on} to {due_on}. Ask the secretariat about other dates.",
            path=("cycle_id",),
        )


class IncompleteReport(RuleViolation):
    code = "INCOMPLETE_REPORT"

    def __init__(self, missing: Sequence[int]) -> None:
        numbers = ", ".join(str(number) for number in missing)
        violations = tuple(
            Violation(("answers", number), f"Commitment {number} has no answer yet.", self.code) for number in missing
        )
        super().__init__(
            f"These commitments have no answer yet: {numbers}. Answer each; “not applicable” is an answer too.",
            path=("answers",),
            violations=violations,
        )


class ProjectionBehind(Unavailable):
    code = "PROJECTION_BEHIND"

    def __init__(self, coalition: str) -> None:
        super().__init__(f"The reporting rules of the coalition {coalition!r} have not arrived here yet.")


def not_found(what: str, *path: str) -> NotFound:
    """`what` is the thing in the person's words, for example "report"."""
    return NotFound(f"There is no such {what} in this coalition.", path=path)
