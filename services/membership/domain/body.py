"""The bodies of a coalition that decide on candidates."""

from enum import StrEnum


class Body(StrEnum):
    """Seen to admit: the Steering Committee mostly, the General Assembly too (docs/domain.md, section 0.3)."""

    STEERING_COMMITTEE = "steering_committee"
    GENERAL_ASSEMBLY = "general_assembly"
    EXECUTIVE_BOARD = "executive_board"
    SECRETARIAT = "secretariat"
