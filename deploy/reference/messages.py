"""`docs/messages.md` and `docs/asyncapi.json`, from what the services declare."""

from typing import Any

import orjson

from services.chassis.protocol import topology
from services.chassis.runtime.definition import MessageType, ServiceDefinition

from .schemas import field_rows, json_schema

INTRODUCTION = """# Messages

What each service tells the others, generated from `services/*/schemas/published.py` by `make generate`. Do not edit.

Messages are [CloudEvents 1.0](https://cloudevents.io) in binary mode on AMQP 0-9-1: the attributes are headers
(`ce-id`, `ce-source`, `ce-type`, `ce-subject`, `ce-time`, `ce-sequence`, `ce-coalition`, `ce-correlationid`,
`ce-causationid`, `ce-traceparent`), the body is the data as JSON. They are published to the durable topic exchange
`{exchange}`; the routing key is the type. `subject` is the aggregate's id and `sequence` its version: a consumer that
has seen a higher one ignores the message. Data carries the aggregate's full public state, so any later message heals
what an earlier one left out. A field marked `?` may be absent or null. An additive change keeps the version in the
type; any other change is a new type published beside the old one.
"""


def messages_page(definitions: list[ServiceDefinition]) -> str:
    """The Markdown page."""
    parts = [INTRODUCTION.format(exchange=topology.MESSAGES.name)]
    for definition in definitions:
        parts.append(f"## {definition.name}\n")
        parts += [_section(message, definitions) for message in definition.published]
    return "\n".join(parts)


def asyncapi_document(definitions: list[ServiceDefinition]) -> bytes:
    """The AsyncAPI 3 document, one channel and one `send` operation per message type."""
    messages = {message.name: (definition, message) for definition in definitions for message in definition.published}
    document = {
        "asyncapi": "3.0.0",
        "info": {"title": "Messages of the ICCAR platform", "version": "1", "description": "See docs/messages.md."},
        "defaultContentType": "application/json",
        "channels": {name: _channel(name, message) for name, (_, message) in messages.items()},
        "operations": {
            f"{definition.name} publishes {name}": {"action": "send", "channel": {"$ref": f"#/channels/{name}"}}
            for name, (definition, _) in messages.items()
        },
    }
    return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _section(message: MessageType, definitions: list[ServiceDefinition]) -> str:
    rows = [f"| `{name}` | {kind} | {text} |" for name, kind, text in field_rows(json_schema(message.schema))]
    table = "\n".join(["| field | type | meaning |", "|---|---|---|", *rows])
    return f"### `{message.name}`\n\n{message.description}\n\nRead by: {_readers(message, definitions)}.\n\n{table}\n"


def _readers(message: MessageType, definitions: list[ServiceDefinition]) -> str:
    queues = [
        f"`{subscription.queue}`"
        for definition in definitions
        for subscription in definition.subscriptions
        if message.name in subscription.types
    ]
    return ", ".join(queues) or "nobody yet"


def _channel(name: str, message: MessageType) -> dict[str, Any]:
    return {
        "address": name,
        "messages": {name: {"name": name, "summary": message.description, "payload": json_schema(message.schema)}},
        "bindings": {"amqp": {"is": "routingKey", "exchange": {"name": topology.MESSAGES.name, "type": "topic"}}},
    }
