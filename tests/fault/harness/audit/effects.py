"""Each command's effect, counted in the databases: as many as were acknowledged, no more and no less."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from gateway.graphql.core.ids import GlobalId

from ..ledger import Command, Kind, Ledger
from ..stage import Stage

Key = Hashable
Find = Callable[[Stage, list[Any]], Iterable[Key]]


@dataclass(frozen=True, slots=True)
class Effect:
    """`key` names what a command is about, `find` the keys of the effects that exist, each as often as it does."""

    key: Callable[[Command], Any]
    find: Find


def local(global_id: str) -> str:
    """The id by which a service knows what a global id stands for."""
    found = GlobalId.parse(global_id)
    assert found is not None, global_id
    return found.key


def _rows(service: str, collection: str, field: str, shown: Callable[[Mapping[str, Any]], Key]) -> Find:
    def find(stage: Stage, keys: list[Any]) -> Iterable[Key]:
        return map(shown, stage.database(service)[collection].find({field: {"$in": keys}}))

    return find


def _messages(service: str, name: str) -> Find:
    def find(stage: Stage, keys: list[Any]) -> Iterable[Key]:
        rows = stage.database(service)["outbox"].find({"type": f"{service}.{name}.v1", "subject": {"$in": keys}})
        return (row["subject"] for row in rows)

    return find


def _reports(stage: Stage, keys: list[Any]) -> Iterable[Key]:
    rows = stage.database("reports")["reports"].find({"member_id": {"$in": [member for member, _ in keys]}})
    return ((row["member_id"], row["cycle_id"]) for row in rows)


EFFECTS: Final[Mapping[str, Effect]] = {
    "registerCity": Effect(
        lambda command: command.input["name"],
        _rows("membership", "cities", "name", lambda row: row["name"]),
    ),
    "applyForMembership": Effect(
        lambda command: local(command.input["cities"][0]),
        _rows("membership", "memberships", "city_ids", lambda row: row["city_ids"][0]),
    ),
    "recordDecision": Effect(
        lambda command: local(command.input["memberId"]),
        _messages("membership", "member_admitted"),
    ),
    "announceConference": Effect(
        lambda command: command.input["title"]["texts"][0]["text"],
        _rows("events", "conferences", "title.texts.en", lambda row: row["title"]["texts"]["en"]),
    ),
    "registerDelegate": Effect(
        lambda command: command.input["email"],
        _rows("events", "registrations", "email", lambda row: row["email"]),
    ),
    "cancelRegistration": Effect(
        lambda command: local(command.input["registrationId"]),
        _messages("events", "delegate_unregistered"),
    ),
    "openCycle": Effect(
        lambda command: command.input["periodStart"],
        _rows("reports", "cycles", "period_start", lambda row: row["period_start"]),
    ),
    "startReport": Effect(
        lambda command: (local(command.input["memberId"]), local(command.input["cycleId"])),
        _reports,
    ),
    "saveAnswer": Effect(
        lambda command: local(command.input["reportId"]),
        _messages("reports", "report_answered"),
    ),
    "submitReport": Effect(
        lambda command: local(command.input["reportId"]),
        _messages("reports", "report_submitted"),
    ),
}


def compare(stage: Stage, ledger: Ledger) -> tuple[list[str], list[str]]:
    """What was acknowledged and is not there; what is there and was not acknowledged (that often)."""
    lost, doubled = [], []
    for mutation, effect in EFFECTS.items():
        commands = [command for command in ledger.commands() if command.mutation == mutation]
        asked = {effect.key(command) for command in commands}
        acknowledged = Counter(effect.key(command) for command, _ in ledger.acknowledged(mutation))
        there = Counter(key for key in effect.find(stage, list(asked)) if key in asked)
        lost += [f"{mutation} of {key}: {count} acknowledged, not there" for key, count in _more(acknowledged, there)]
        doubled += [f"{mutation} of {key}: {count} more than acknowledged" for key, count in _more(there, acknowledged)]
    return lost, doubled


def answered_twice(ledger: Ledger) -> list[str]:
    """Changes with which two commands were answered: one of them is not there, or was another's."""
    changes = Counter(
        (outcome.payload["id"], outcome.payload["version"]) for _, outcome in ledger.of(Kind.ACKNOWLEDGED)
    )
    return [
        f"version {version} of {identity} answers {count} commands"
        for (identity, version), count in changes.items()
        if count > 1
    ]


def _more(left: Counter[Key], right: Counter[Key]) -> Iterable[tuple[Key, int]]:
    return (left - right).items()
