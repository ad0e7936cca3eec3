"""What is published can be read by all who listen: each message type's golden file holds both sides to the same words.

That the publisher really sends what its golden file says is the business of `tests/unit/<service>/test_messages.py`.
"""

from collections.abc import Mapping
from typing import Any

import pytest
from marshmallow import RAISE, Schema

from services.chassis.kernel.errors import InvalidInput
from services.chassis.messaging.validation import load
from services.chassis.protocol.envelope import TYPE_PATTERN, from_amqp, to_amqp
from services.chassis.runtime.definition import MessageType, load_definitions
from tests.support.golden import golden, golden_names, received

DEFINITIONS = load_definitions()
PUBLISHED = {message.name: message for definition in DEFINITIONS for message in definition.published}
CONSUMED = [
    pytest.param(schemas, id=subscription.queue)
    for definition in DEFINITIONS
    for subscription, schemas in (
        *((projection.subscription, projection.schemas) for projection in definition.projections),
        *definition.effects.items(),
    )
]
"""What each subscription reads of the messages that it listens to."""


def without(data: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in data.items() if key != name}


def required_keys(schema: Schema) -> list[str]:
    """The names on the wire of what a schema cannot do without."""
    return [field.data_key or name for name, field in schema.load_fields.items() if field.required]


def test_every_message_type_has_its_golden_file_and_one_publisher() -> None:
    names = [message.name for definition in DEFINITIONS for message in definition.published]
    assert sorted(names) == golden_names()
    assert all(message.description.endswith(".") for message in PUBLISHED.values())


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_golden_message_is_of_its_service_and_survives_the_wire(name: str) -> None:
    envelope = received(name)
    encoded = to_amqp(envelope)
    assert from_amqp(headers=encoded.headers, content_type=encoded.content_type, body=encoded.body) == envelope
    parts = TYPE_PATTERN.match(name)
    assert parts is not None
    assert (envelope.type, envelope.source) == (name, parts["service"])


@pytest.mark.parametrize("message", PUBLISHED.values(), ids=PUBLISHED.keys())
def test_the_publishers_schema_takes_its_golden_message_and_nothing_else(message: MessageType) -> None:
    data = golden(message.name)["data"]
    assert message.schema.unknown == RAISE
    load(message.schema, data)
    for wrong in ({**data, "a_field_that_nobody_declared": 1}, *(without(data, name) for name in data)):
        with pytest.raises(InvalidInput):
            load(message.schema, wrong)


@pytest.mark.parametrize("schemas", CONSUMED)
def test_each_consumer_reads_the_golden_messages_whatever_is_added_to_them(schemas: Mapping[str, Schema]) -> None:
    for name, schema in schemas.items():
        data = golden(name)["data"]
        assert load(schema, {**data, "a_field_of_tomorrow": 1}) == load(schema, data)


@pytest.mark.parametrize("schemas", CONSUMED)
def test_each_consumer_refuses_a_message_without_what_it_needs(schemas: Mapping[str, Schema]) -> None:
    for name, schema in schemas.items():
        data = golden(name)["data"]
        needed = required_keys(schema)
        assert needed
        for key in needed:
            with pytest.raises(InvalidInput):
                load(schema, without(data, key))


def test_every_subscription_is_held_to_the_golden_messages() -> None:
    for definition in DEFINITIONS:
        read = {projection.subscription: tuple(projection.schemas) for projection in definition.projections}
        read |= {subscription: tuple(schemas) for subscription, schemas in definition.effects.items()}
        assert read == {subscription: subscription.types for subscription in definition.subscriptions}


def test_whatever_is_listened_to_is_published_and_what_is_projected_its_owner_can_tell() -> None:
    owners = {message.name: definition for definition in DEFINITIONS for message in definition.published}
    for definition in DEFINITIONS:
        assert {name for subscription in definition.subscriptions for name in subscription.types} <= owners.keys()
        for name in (name for projection in definition.projections for name in projection.schemas):
            assert owners[name].snapshot is not None, f"{owners[name].name} has no snapshot, and {name} is projected"
