"""What a conference is, in the words of the network."""

from enum import StrEnum


class ConferenceKind(StrEnum):
    FOUNDING_MEETING = "founding_meeting"
    GENERAL_CONFERENCE = "general_conference"
    GENERAL_ASSEMBLY = "general_assembly"
    STEERING_COMMITTEE = "steering_committee"
    MEMBERS_SESSION = "members_session"
    WORKSHOP = "workshop"
    OTHER = "other"
