"""What this service's codes mean, beside those of `chassis.kernel.error_codes`: the values of the schema's enum."""

from collections.abc import Mapping
from typing import Final

from services.files import error_codes as files

CODES: Final[Mapping[str, str]] = {
    **files.CODES,
    "UNKNOWN_PLAN": "The coalition has no such plan, as far as is known here: if it is new, try again in a moment.",
    "UNKNOWN_COMMITMENT": "The report's plan has no such commitment.",
    "CYCLE_OVERLAPS": "Another cycle covers part of the period.",
    "REPORT_ALREADY_STARTED": "The member has a report in this cycle: go on there.",
    "REPORT_ALREADY_SUBMITTED": "A submitted report does not change.",
    "NOT_A_MEMBER": "Only members in standing report.",
    "CYCLE_NOT_OPEN": "Reports of this cycle are not started yet, or not any more.",
    "INCOMPLETE_REPORT": "Some commitments have no answer; each error's `path` names one.",
    "DATES_OUT_OF_ORDER": "A day is before another that it must follow.",
}
"""By code."""
