"""`gateway/graphql/core/error_codes.json`: the codes of all services, for the gateway, which imports none of them."""

from importlib import import_module

import orjson

from services.chassis.runtime.definition import ServiceDefinition


def error_codes(definitions: list[ServiceDefinition]) -> bytes:
    """By service: each code of its own and what it means, as its `domain.error_codes` has it."""
    found = {each.name: dict(import_module(f"services.{each.name}.domain.error_codes").CODES) for each in definitions}
    return orjson.dumps(found, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
