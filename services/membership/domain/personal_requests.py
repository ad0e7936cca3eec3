"""What this service is asked about personal data: validated input, no decision yet."""

from dataclasses import dataclass
from datetime import date

from services.chassis.kernel.paging import PageRequest
from services.personal.retention import RetentionRule

from .consents import ConsentTextFacts, Purpose
from .contacts import ContactFacts
from .data_requests import RequestKind, RequestStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordContact:
    """With `contact_id` the contact is said anew."""

    facts: ContactFacts
    contact_id: str | None = None
    expected_version: int | None = None

    @property
    def coalition(self) -> str:
        return self.facts.coalition

    @property
    def member_id(self) -> str:
        return self.facts.member_id


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveContact:
    coalition: str
    contact_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishConsentText:
    facts: ConsentTextFacts

    @property
    def coalition(self) -> str:
        return self.facts.coalition


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveConsent:
    coalition: str
    purpose: Purpose
    text_version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawConsent:
    coalition: str
    purpose: Purpose


@dataclass(frozen=True, slots=True, kw_only=True)
class ListOwnConsents:
    """Of whoever asks, in all coalitions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AdoptRetentionRules:
    """`coalition` None: about what belongs to none. `valid_from` None: from the beginning."""

    coalition: str | None = None
    valid_from: date | None = None
    rules: tuple[RetentionRule, ...]
    is_sample: bool
    source: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestData:
    """Of whom: `person_id`, `email`, or neither, which is whoever asks. `coalition` None: all that is held anywhere,
    which only the person themselves may ask for."""

    coalition: str | None = None
    person_id: str | None = None
    email: str | None = None

    @property
    def names_nobody(self) -> bool:
        return self.person_id is None and self.email is None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListDataRequests:
    """`coalition` None: those about all that is held anywhere. `overdue`: only those that are."""

    coalition: str | None = None
    kind: RequestKind | None = None
    status: RequestStatus | None = None
    overdue: bool = False
    page: PageRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class ListOwnDataRequests:
    """Those that the caller made, and those about the caller."""

    page: PageRequest
