"""What callers see of personal data: contacts, consents, rules, requests; and what a person is given of theirs."""

from marshmallow import fields

from services.chassis.schemas.fields import Day, Instant, Localized, Term
from services.chassis.schemas.views import View
from services.personal.retention import COUNTED_FROM, Category
from services.rights.roles import Role

from ..domain.consents import ConsentAct, Purpose
from ..domain.contacts import Contact, Visibility
from ..domain.data_requests import RequestKind, RequestStatus


class FieldVisibilityView(View):
    name = Term(Visibility)
    email = Term(Visibility)
    phone = Term(Visibility)


class ContactView(View):
    id = fields.String()
    coalition = fields.String()
    version = fields.Integer()
    member_id = fields.String()
    role = fields.String()
    name = fields.String()
    email = fields.String()
    phone = fields.String()
    person_id = fields.String()
    visibility = fields.Nested(FieldVisibilityView)
    confirmed_on = Day()


class ConsentTextView(View):
    id = fields.String()
    coalition = fields.String()
    purpose = Term(Purpose)
    version = fields.String()
    text = Localized()
    valid_from = Day()
    published_at = Instant()


class ConsentEntryView(View):
    act = Term(ConsentAct)
    text_version = fields.String()
    at = Instant()


class ConsentView(View):
    id = fields.String()
    coalition = fields.String()
    version = fields.Integer()
    purpose = Term(Purpose)
    is_given = fields.Boolean()
    text_version = fields.String()
    history = fields.Nested(ConsentEntryView, many=True)


class RetentionRuleView(View):
    category = Term(Category)
    keep_days = fields.Integer()
    counted_from = fields.Function(lambda rule: COUNTED_FROM[rule.category])


class RetentionRulesView(View):
    valid_from = Day()
    rules = fields.Nested(RetentionRuleView, many=True)
    is_sample = fields.Boolean()
    is_default = fields.Boolean()
    source = fields.String()


class CountedView(View):
    what = fields.String()
    count = fields.Integer()


class KeptView(CountedView):
    reason = fields.String()


class ServiceReceiptView(View):
    service = fields.String()
    at = Instant()
    counts = fields.Nested(CountedView, many=True)
    kept = fields.Nested(KeptView, many=True)


class DataRequestView(View):
    """Of a request at a moment."""

    id = fields.String(attribute="request.id")
    coalition = fields.String(attribute="request.within")
    version = fields.Integer(attribute="request.version")
    kind = Term(RequestKind, attribute="request.kind")
    status = Term(RequestStatus, attribute="request.status")
    is_overdue = fields.Boolean()
    person_ids = fields.List(fields.String(), attribute="request.person_ids")
    requested_by = fields.String(attribute="request.requested_by")
    requested_at = Instant(attribute="request.requested_at")
    done_at = Instant(attribute="request.done_at")
    missing = fields.List(fields.String(), attribute="request.missing")
    receipts = fields.Nested(ServiceReceiptView, many=True, attribute="request.receipts")


class PersonView(View):
    """A person's own record, for themselves."""

    id = fields.String()
    issuer = fields.String()
    subject = fields.String()
    name = fields.String()
    email = fields.String()
    first_known_at = Instant()
    last_seen_at = Instant()


class OwnGrantView(View):
    id = fields.String()
    role = Term(Role)
    coalition = fields.String(attribute="scope.coalition")
    scope_kind = fields.String(attribute="scope.kind")
    scope_id = fields.String(attribute="scope.id")
    valid_from = Day(attribute="term.valid_from")
    valid_until = Day(attribute="term.valid_until")
    granted_at = Instant()
    revoked_at = Instant()
    reason = fields.String()


class OwnInvitationView(View):
    id = fields.String()
    role = Term(Role)
    coalition = fields.String(attribute="scope.coalition")
    email = fields.String()
    name = fields.String()
    language = fields.String()
    invited_at = Instant()
    expires_at = Instant()
    accepted_at = Instant()
    revoked_at = Instant()


class OwnSessionView(View):
    """Not its hash: that opens the session to whoever makes a cookie of it."""

    opened_at = Instant()
    expires_at = Instant()
    issuer = fields.String(attribute="identity.issuer")
    name = fields.String(attribute="identity.name")
    email = fields.String(attribute="identity.email")


class OwnDataRequestView(View):
    id = fields.String()
    kind = Term(RequestKind)
    status = Term(RequestStatus)
    coalition = fields.String(attribute="within")
    requested_at = Instant()
    done_at = Instant()


CONTACT = ContactView()
CONSENT_TEXT = ConsentTextView()
CONSENT = ConsentView()
RETENTION_RULES = RetentionRulesView()
DATA_REQUEST = DataRequestView()
PERSON = PersonView()
GRANT = OwnGrantView()
INVITATION = OwnInvitationView()
SESSION = OwnSessionView()
DATA_REQUEST_OF_PERSON = OwnDataRequestView()


def contact_ref(contact: Contact) -> dict[str, str]:
    """Where the contact is found: nothing personal."""
    return {"coalition": contact.coalition, "id": contact.id}
