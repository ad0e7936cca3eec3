"""Mutations: one input, a payload with the changed object, and expected failures as data.

A mutation, its RPC and the service's command carry one stem: `recordDecision` → `record_decision` → `RecordDecision`.
"""

import re
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Final

import graphene

from services.chassis.kernel import context
from services.chassis.kernel.errors import Path, ServiceError, invalid

from .fields import Field, argument, input_value, leaf, objects
from .ids import GlobalId, expect
from .inputs import to_wire
from .registry import lazy
from .resolving import Info, View
from .user_errors import error_type, user_errors

IDEMPOTENCY_KEY: Final = re.compile(r"[\x21-\x7e]{8,128}", re.ASCII)
_NOT_OF_THE_COMMAND: Final = ("client_mutation_id", "idempotency_key")


def command(
    stem: str,
    description: str,
    *,
    service: str,
    payload: tuple[str, str],
    inputs: Mapping[str, Any],
    ids: Mapping[str, str] | None = None,
) -> Field:
    """The mutation with the stem `stem` (`RecordDecision`).

    `payload` is the payload's field and the object type it gives; `inputs` the fields of the input; `ids` says of
    which type the global ids among them are. An id of a coalition's thing also tells the service the coalition.
    """
    field, type_name = payload
    return Field(
        _payload_type(service, stem, field, type_name),
        description,
        input=argument(graphene.NonNull(_input_type(stem, inputs)), "What is to be done, and with what."),
        asks=f"{service}.{_snake(stem)}",
        resolver=_resolver(service, _snake(stem), field, ids or {}),
    )


def arguments_of(given: Mapping[str, Any], ids: Mapping[str, str]) -> dict[str, Any]:
    """The keyword arguments of the service's method.

    Raises InvalidInput: an id is none, is of another type, or the ids are of different coalitions.
    """
    arguments = {name: to_wire(value, (name,)) for name, value in given.items()}
    for name in _NOT_OF_THE_COMMAND:
        arguments.pop(name, None)
    coalitions = {"coalition": arguments["coalition"]} if arguments.get("coalition") else {}
    for name, type_name in ids.items():
        _localize(arguments, name.split("."), type_name, (), coalitions)
    if len(set(coalitions.values())) > 1:
        raise invalid((list(coalitions)[-1],), "This belongs to another coalition.", "OTHER_COALITION")
    for coalition in coalitions.values():
        arguments["coalition"] = coalition
    return arguments


def _localize(
    given: dict[str, Any], names: Sequence[str], type_name: str, path: Path, coalitions: dict[str, str]
) -> None:
    """Turn the ids at `names` into local ones: a field, or a field of each object of a list (`present.person_id`)."""
    name, *inner = names
    if given.get(name) is None:
        return
    if not inner:
        given[name] = _local(given[name], type_name, (*path, name), coalitions)
        return
    for index, item in enumerate(given[name]):
        _localize(item, inner, type_name, (*path, name, index), coalitions)


def _local(value: Any, type_name: str, path: Path, coalitions: dict[str, str]) -> Any:
    if isinstance(value, list):
        return [_local(item, type_name, (*path, index), coalitions) for index, item in enumerate(value)]
    found: GlobalId = expect(type_name, value, path)
    if found.coalition is not None:
        coalitions[str(path[0])] = found.coalition
    return found.key


def _resolver(
    service: str, method: str, field: str, ids: Mapping[str, str]
) -> Callable[[None, Info, dict[str, Any]], Awaitable[View]]:
    async def resolve(_root: None, info: Info, input: dict[str, Any]) -> View:
        answer: View = {"client_mutation_id": input.get("client_mutation_id"), field: None, "errors": []}
        try:
            with _own_idempotency_key(info, input.get("idempotency_key")):
                answer[field] = await info.context.call(service, method, **arguments_of(input, ids))
        except ServiceError as error:
            if not error.expected:
                raise
            answer["errors"] = user_errors(service, error)
        return answer

    return resolve


@contextmanager
def _own_idempotency_key(info: Info, given: str | None) -> Iterator[None]:
    """The key of this one mutation: its input's own, or one made of the request's header and the mutation's alias, for
    a request may hold several mutations. Raises InvalidInput when the input's own is malformed."""
    if given is not None and not IDEMPOTENCY_KEY.fullmatch(given):
        message = "An idempotency key has 8 to 128 printable characters without spaces."
        raise invalid(("idempotency_key",), message, "INVALID_IDEMPOTENCY_KEY")
    call = context.current()
    of_request = f"{call.idempotency_key}:{info.path.key}" if call.idempotency_key else None
    with context.use(replace(call, idempotency_key=given or of_request)):
        yield


def _input_type(stem: str, inputs: Mapping[str, Any]) -> Any:
    class Meta:
        name = f"{stem}Input"
        description = f"Input of `{_field_name(stem)}`."

    echoed = input_value(graphene.String, "Given back as it is; for clients that must match answers to requests.")
    key = input_value(
        graphene.String,
        "A name for this one command, 8 to 128 printable characters. Sent again within 24 hours with the same input "
        "it gives the same answer and does nothing twice; with another input it is an error.",
    )
    own = {"idempotency_key": key, "client_mutation_id": echoed}
    return type(stem + "Input", (graphene.InputObjectType,), {**inputs, **own, "Meta": Meta})


def _payload_type(service: str, stem: str, field: str, type_name: str) -> Any:
    class Meta:
        name = f"{stem}Payload"
        description = f"What `{_field_name(stem)}` gives back."

    fields = {
        field: Field(lazy(type_name), "As it is now; null when nothing was done."),
        "errors": objects(error_type(service), "Why nothing was done; empty when it was.", required=True),
        "client_mutation_id": leaf(graphene.String, "What the input said."),
    }
    return type(stem + "Payload", (graphene.ObjectType,), {**fields, "Meta": Meta})


def _snake(stem: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in stem).removeprefix("_")


def _field_name(stem: str) -> str:
    return stem[0].lower() + stem[1:]
