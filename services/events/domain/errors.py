"""Everything that this service refuses, with its stable code and a sentence that says what to do.

`error_codes` says what the codes mean. No message carries personal data: what is refused is also logged.
"""

from datetime import date

from services.chassis.kernel.errors import Conflict, NotFound, RuleViolation


class UnknownCoalition(NotFound):
    """Retryable: coalitions are learned from messages, and a new one may not have arrived."""

    code = "UNKNOWN_COALITION"
    retryable = True

    def __init__(self, coalition: str) -> None:
        super().__init__(
            f"There is no coalition {coalition!r} here. Check its key; if it was registered just now, try again in a "
            "moment.",
            path=("coalition",),
        )


class ConferenceNotFound(NotFound):
    def __init__(self) -> None:
        super().__init__("This coalition has no such conference.", path=("conference_id",))


class RegistrationNotFound(NotFound):
    def __init__(self) -> None:
        super().__init__("This coalition has no such registration.", path=("registration_id",))


class ConferenceAlreadyAnnounced(Conflict):
    code = "CONFERENCE_ALREADY_ANNOUNCED"

    def __init__(self) -> None:
        super().__init__(
            "A conference of this kind with this title and this first day is announced already. Look it up in the "
            "list of conferences, or give this one a title of its own.",
            path=("title",),
        )


class ConferenceIsOver(RuleViolation):
    code = "CONFERENCE_IS_OVER"

    def __init__(self, ended_on: date) -> None:
        super().__init__(
            f"This conference ended on {ended_on}. Nothing about its registration can be changed any more."
        )


class RegistrationAlreadyOpen(Conflict):
    code = "REGISTRATION_ALREADY_OPEN"

    def __init__(self, closes_on: date) -> None:
        super().__init__(
            f"Registration is opened already, until {closes_on}. To change its dates or numbers, close it first, then "
            "open it again: nobody loses a seat by that."
        )


class RegistrationNotOpen(RuleViolation):
    code = "REGISTRATION_NOT_OPEN"

    @classmethod
    def never_opened(cls) -> "RegistrationNotOpen":
        return cls("Registration for this conference has not been opened. The secretariat opens it.")

    @classmethod
    def opens_later(cls, opens_on: date) -> "RegistrationNotOpen":
        return cls(f"Registration for this conference opens on {opens_on}. Come back then.")

    @classmethod
    def ended(cls, ended_on: date) -> "RegistrationNotOpen":
        return cls(f"Registration for this conference ended on {ended_on}. Ask the secretariat whether it opens again.")


class AttendanceNotOffered(RuleViolation):
    code = "ATTENDANCE_NOT_OFFERED"

    def __init__(self, offered: str) -> None:
        super().__init__(
            f"This conference cannot be attended that way. It offers: {offered}. Choose that.", path=("attendance",)
        )


class MemberRequired(RuleViolation):
    code = "MEMBER_REQUIRED"

    def __init__(self) -> None:
        super().__init__(
            "This is a meeting of the members: say which member sends the delegate.",
            path=("member_id",),
        )


class NotAMember(RuleViolation):
    code = "NOT_A_MEMBER"

    @classmethod
    def unknown(cls) -> "NotAMember":
        return cls(
            "This coalition has no such member. Choose one from its list of members; if it was entered just now, try "
            "again in a moment.",
            path=("member_id",),
        )

    @classmethod
    def not_in_standing(cls) -> "NotAMember":
        return cls(
            "Only members in standing send delegates to this meeting, and this one is not. If it was admitted just "
            "now, try again in a moment; otherwise ask the secretariat about its standing.",
            path=("member_id",),
        )


class AlreadyRegistered(Conflict):
    code = "ALREADY_REGISTERED"

    def __init__(self) -> None:
        super().__init__(
            "Somebody is registered for this conference with this e-mail address already. To change a registration, "
            "cancel it and register again.",
            path=("email",),
        )


class TooManyDelegates(RuleViolation):
    code = "TOO_MANY_DELEGATES"

    def __init__(self, allowed: int) -> None:
        super().__init__(
            f"Each member may send {allowed} to this conference, and this one has registered as many. Cancel one of "
            "its registrations first, or ask the secretariat.",
            path=("member_id",),
        )


class ConferenceFull(RuleViolation):
    code = "CONFERENCE_FULL"

    def __init__(self) -> None:
        super().__init__("All seats of this conference are taken. A seat becomes free when somebody cancels.")


class RegistrationAlreadyCancelled(Conflict):
    code = "REGISTRATION_ALREADY_CANCELLED"

    def __init__(self) -> None:
        super().__init__("This registration is cancelled already. To attend after all, register again.")


class RulesAlreadyAdopted(Conflict):
    code = "RULES_ALREADY_ADOPTED"

    def __init__(self) -> None:
        super().__init__(
            "This coalition has rules for its conferences that are valid from the same day already. Adopted rules "
            "stay as they are: choose another day.",
            path=("valid_from",),
        )


class RegistrationIsCancelled(RuleViolation):
    code = "REGISTRATION_IS_CANCELLED"

    def __init__(self) -> None:
        super().__init__(
            "This delegate is not registered any more, so nobody needs to know what they eat or need.",
            path=("registration_id",),
        )


class ConsentRequired(RuleViolation):
    code = "CONSENT_REQUIRED"

    def __init__(self) -> None:
        super().__init__(
            "What a delegate eats and needs is kept only with their explicit consent: show them the coalition's text, "
            "and say which version they agreed to.",
            path=("consent_version",),
        )


class ConsentTextNotInForce(RuleViolation):
    """Retryable: texts are learned from messages, and a new one may not have arrived."""

    code = "CONSENT_TEXT_NOT_IN_FORCE"
    retryable = True

    def __init__(self, in_force: str | None) -> None:
        wanted = (
            f"The text in force is version {in_force!r}: show the delegate that one."
            if in_force
            else "The coalition has published no text about special needs: its administrator does."
        )
        super().__init__(f"{wanted} If it was published just now, try again in a moment.", path=("consent_version",))


class MinutesAlreadyRecorded(Conflict):
    code = "MINUTES_ALREADY_RECORDED"

    def __init__(self) -> None:
        super().__init__(
            "Minutes of this conference with this title are recorded already. Adopted minutes stay as they are.",
            path=("title",),
        )
