"""What this service's codes mean, beside those of `chassis.kernel.error_codes`: the values of the schema's enum."""

from collections.abc import Mapping
from typing import Final

CODES: Final[Mapping[str, str]] = {
    "UNKNOWN_COALITION": "The coalition is not known here, or not yet: try again in a moment.",
    "CONFERENCE_ALREADY_ANNOUNCED": "A conference of the same kind, first day and title is announced.",
    "CONFERENCE_IS_OVER": "Its last day has passed.",
    "REGISTRATION_ALREADY_OPEN": "Registration is open: close it first.",
    "REGISTRATION_NOT_OPEN": "Registration was not opened, is not open yet, or has ended.",
    "ATTENDANCE_NOT_OFFERED": "The conference cannot be attended that way.",
    "MEMBER_REQUIRED": "A meeting of the members: say which member sends the delegate.",
    "NOT_A_MEMBER": "The member is not known here, or is not in standing where that is required.",
    "ALREADY_REGISTERED": "Somebody is registered with this e-mail address.",
    "TOO_MANY_DELEGATES": "The member has registered as many delegates as it may.",
    "CONFERENCE_FULL": "No seat is left.",
    "REGISTRATION_ALREADY_CANCELLED": "The registration was cancelled before.",
    "RULES_ALREADY_ADOPTED": "There are rules that are valid from the same day.",
    "REGISTRATION_IS_CANCELLED": "The delegate will not come: nothing is kept of what they need.",
    "CONSENT_REQUIRED": "Special needs are kept only with the delegate's explicit consent.",
    "CONSENT_TEXT_NOT_IN_FORCE": "The text consented to is not, or no longer, the coalition's.",
    "MINUTES_ALREADY_RECORDED": "Minutes of the conference with this title are recorded.",
    "END_BEFORE_START": "The last day is before the first.",
    "CLOSES_BEFORE_OPENING": "Registration would close before it opens.",
    "CLOSES_IN_THE_PAST": "Registration would never be open: the day has passed.",
    "CLOSES_AFTER_THE_END": "Registration would close after the conference.",
    "CAPACITY_BELOW_TAKEN": "More seats are taken than there would be.",
    "ADOPTED_BEFORE_THE_CONFERENCE": "Minutes are adopted after the conference.",
    "IN_FUTURE": "This day is still to come.",
}
"""By code."""
