"""The words for where a report, an answer and an obligation stand."""

from enum import StrEnum


class ReportStatus(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"


class AnswerStatus(StrEnum):
    """How far a city is with a commitment. `not_applicable` is an answer too: a city chooses the fields that need
    action (docs/domain.md, section 2)."""

    NOT_STARTED = "not_started"
    PLANNED = "planned"
    IN_PROGRESS = "in_progress"
    ACHIEVED = "achieved"
    NOT_APPLICABLE = "not_applicable"


class ObligationStatus(StrEnum):
    OPEN = "open"
    FULFILLED = "fulfilled"
    RELEASED = "released"
