"""The commands about personal data."""

from functools import partial

import graphene

from gateway.graphql.core.commands import command
from gateway.graphql.core.fields import expected_version, input_list, input_value
from gateway.graphql.core.scalars import Date
from gateway.graphql.core.text import LocalizedTextInput

from .consents import RetentionRuleInput
from .contacts import contact_inputs
from .data_requests import request_inputs
from .mutations import COALITION
from .personal_enums import ConsentPurpose

_command = partial(command, service="membership")

CONSENT = ("consent", "Consent")
DATA_REQUEST = ("data_request", "DataRequest")
PURPOSE = input_value(ConsentPurpose, "What it is about.", required=True)


class PersonalDataMutations:
    """The membership service's part of Mutation that is about personal data."""

    record_contact = _command(
        "RecordContact",
        "Records whom to turn to at a member, or says a contact anew: which also confirms it.",
        payload=("contact", "Contact"),
        ids={"member_id": "Member", "contact_id": "Contact", "person_id": "Person"},
        inputs={**contact_inputs(), "expected_version": expected_version()},
    )
    remove_contact = _command(
        "RemoveContact",
        "Removes a contact.",
        payload=("removed_contact", "RemovedContact"),
        ids={"contact_id": "Contact"},
        inputs={"contact_id": input_value(graphene.ID, "The contact.", required=True)},
    )
    publish_consent_text = _command(
        "PublishConsentText",
        "Publishes a text to consent to. A published text is never changed.",
        payload=("consent_text", "ConsentText"),
        inputs={
            "coalition": COALITION,
            "purpose": PURPOSE,
            "version": input_value(graphene.String, "A name of its own for this version.", required=True),
            "text": input_value(LocalizedTextInput, "The text.", required=True),
            "valid_from": input_value(Date, "The first day on which it is the one to agree to.", required=True),
        },
    )
    give_consent = _command(
        "GiveConsent",
        "Agrees to the text in force, for oneself.",
        payload=CONSENT,
        inputs={
            "coalition": COALITION,
            "purpose": PURPOSE,
            "text_version": input_value(graphene.String, "The version of the text that you have read.", required=True),
        },
    )
    withdraw_consent = _command(
        "WithdrawConsent",
        "Takes one's own consent back. What is kept only because of it is deleted.",
        payload=CONSENT,
        inputs={"coalition": COALITION, "purpose": PURPOSE},
    )
    adopt_retention_rules = _command(
        "AdoptRetentionRules",
        "Says how long personal data is kept, from a day on.",
        payload=("retention_rules", "RetentionRules"),
        inputs={
            "coalition": input_value(graphene.String, "The coalition's key; without it, what belongs to none."),
            "valid_from": input_value(Date, "From when they are valid; without it, from the beginning."),
            "rules": input_list(RetentionRuleInput, "The rules, each kind once.", required=True),
            "is_sample": input_value(graphene.Boolean, "Whether they are only an example.", default_value=False),
            "source": input_value(graphene.String, "Where they are written down."),
        },
    )
    request_export = _command(
        "RequestExport",
        "Asks for all that is held of a person. Every service does its part within seconds; the document can be read "
        "for a week.",
        payload=DATA_REQUEST,
        ids={"person_id": "Person"},
        inputs=request_inputs(),
    )
    request_erasure = _command(
        "RequestErasure",
        "Has all erased that is held of a person: it cannot be undone. Every service says in its receipt what it has "
        "erased, and what it keeps and why.",
        payload=DATA_REQUEST,
        ids={"person_id": "Person"},
        inputs=request_inputs(),
    )
