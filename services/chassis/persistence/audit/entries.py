"""Entries of the audit log as documents. One tells of one command or one question, in one coalition."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import repeat
from typing import Any, Final, Self

from bson import Timestamp

from ...kernel import context
from ...kernel.audit import EntryKind
from ...kernel.ids import new_id_at
from ...kernel.paging import Page
from ...kernel.principal import Principal
from ...kernel.refused import Refused
from .changes import Change, told
from .rules import AuditRules

Document = dict[str, Any]

ANONYMOUS: Final = "anonymous"
MESSAGE: Final = "message"
"""Kinds of actors beside those of principals: nobody who is known, and a message of which this is an effect."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Who does something, by which method, in which story."""

    method: str
    actor: Mapping[str, str]
    correlation_id: str
    causation_id: str | None
    has_idempotency_key: bool

    @classmethod
    def call(cls, use_case: str) -> Self:
        """The running call; `use_case` is its name where it came through no entrypoint."""
        running = context.current()
        return cls(
            method=running.method or use_case,
            actor=_actor(running.principal),
            correlation_id=running.correlation_id,
            causation_id=running.causation_id,
            has_idempotency_key=running.idempotency_key is not None,
        )

    @classmethod
    def message(cls, subscriber: str, message_id: str) -> Self:
        running = context.current()
        return cls(
            method=subscriber,
            actor={"kind": MESSAGE, "id": message_id},
            correlation_id=running.correlation_id,
            causation_id=message_id,
            has_idempotency_key=False,
        )


def _actor(principal: Principal | None) -> dict[str, str]:
    if principal is None:
        return {"kind": ANONYMOUS}
    said = {
        "kind": principal.kind.value,
        "id": principal.id,
        "name": principal.name,
        "issuer": principal.issuer,
        "on_behalf_of": principal.on_behalf_of,
        "address": principal.address,
    }
    return {name: value for name, value in said.items() if value is not None}


def entries_of_changes(changes: Iterable[Change], *, origin: Origin, rules: AuditRules, at: datetime) -> list[Document]:
    """One entry for each coalition in which something changed; None is the network."""
    by_coalition: dict[str | None, list[Document]] = {}
    for change in changes:
        document = told(change, rules)
        if document is not None:
            by_coalition.setdefault(change.coalition, []).append(document)
    return [
        _entry(EntryKind.WRITE, coalition, origin, rules, at)
        | {"changes": of_coalition}
        | _named("aggregates", [change["id"] for change in of_coalition])
        | _named("about", [person for change in of_coalition for person in change.get("people", ())])
        for coalition, of_coalition in by_coalition.items()
    ]


def entries_of_reading(
    found: Any, *, targets: Sequence[Any], origin: Origin, rules: AuditRules, at: datetime
) -> list[Document]:
    """One entry for each coalition of which something was found. `targets` (dataclasses) say what was asked about."""
    asked = [{name: value for name, value in asdict(target).items() if value is not None} for target in targets]
    by_coalition: dict[str | None, list[Any]] = {}
    for target, answer in _answers(found, asked):
        for thing in things_in(answer):
            by_coalition.setdefault(_coalition(thing, target, asked), []).append(thing)
    return [
        _entry(EntryKind.READ, coalition, origin, rules, at)
        | {"read": {"targets": _within(coalition, asked), "items": len(things)}}
        | _named("aggregates", [_said_of(thing, "id") for thing in things])
        | _named("about", [_said_of(each, "person_id") for each in (*_within(coalition, asked), *things)])
        for coalition, things in by_coalition.items()
    ]


def things_in(found: Any) -> Iterator[Any]:
    """What there is in an answer: the items of its lists and pages, without what is missing or refused."""
    if isinstance(found, Page):
        yield from things_in(found.items)
    elif isinstance(found, list | tuple):
        for each in found:
            yield from things_in(each)
    elif found is not None and not isinstance(found, Refused):
        yield found


def _entry(kind: EntryKind, coalition: str | None, origin: Origin, rules: AuditRules, at: datetime) -> Document:
    return {
        "_id": new_id_at(at),
        # The server fills it in: the order in which entries are sealed.
        "created": Timestamp(0, 0),
        "at": at,
        "kind": kind.value,
        "coalition": coalition,
        "service": rules.service,
        "method": origin.method,
        "actor": dict(origin.actor),
        "correlation_id": origin.correlation_id,
        "causation_id": origin.causation_id,
        "has_idempotency_key": origin.has_idempotency_key,
        "seal": None,
    }


def _named(name: str, ids: Iterable[Any]) -> Document:
    """A list of ids, each once; nothing where there are none: indexes hold only what is there."""
    distinct = list(dict.fromkeys(str(each) for each in ids if each is not None))
    return {name: distinct} if distinct else {}


def _answers(found: Any, asked: Sequence[Document]) -> Iterator[tuple[Document, Any]]:
    """What was found, with what was asked about: the answer to a batch holds one for each, beside those refused."""
    answers = [each for each in found if not isinstance(each, Refused)] if isinstance(found, list | tuple) else [found]
    return zip(asked if len(asked) == len(answers) else repeat({}), answers, strict=False)


def _coalition(thing: Any, target: Document, asked: Sequence[Document]) -> str | None:
    """Of what was found; where that does not say it, of what was asked about."""
    said: str | None = _said_of(thing, "coalition") or target.get("coalition")
    about = {each.get("coalition") for each in asked}
    return said or (about.pop() if len(about) == 1 else None)


def _within(coalition: str | None, asked: Sequence[Document]) -> list[Document]:
    return [target for target in asked if target.get("coalition") in (None, coalition)]


def _said_of(thing: Any, name: str) -> Any:
    return thing.get(name) if isinstance(thing, Mapping) else getattr(thing, name, None)
