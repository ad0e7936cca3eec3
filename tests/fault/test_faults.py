"""The quick half of the suite: faults in groups, each for a few seconds, on one platform. And the audit itself: it
must find what is taken away or put in behind the platform's back."""

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from random import Random
from typing import Any, Final

import pytest

from deploy.local.refusal import Refusal
from tests.support.platform import GATEWAY

from .faults.broker import BrokerAway, CutConfirm, CutPublish, KillBroker
from .faults.database import KillPrimary
from .faults.messages import FailsThreeTimes, Poison, Reordered, Tripled
from .faults.processes import KillEvents, KillGateway, KillMembership, KillReports, PausedService, RollingRestart
from .faults.relay import KillRelay
from .harness.audit import Findings, audit
from .harness.audit.effects import local
from .harness.fault import Fault
from .harness.ledger import Kind, Ledger
from .harness.load import Load
from .harness.quiet import dead_letters, wait_until_quiet
from .harness.requests import Requests
from .harness.secretariat import Secretariat, found_coalition
from .harness.stage import Ground, Stage, ground, stage
from .harness.trial import Pace, Row, Trial

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]

SEED: Final = int(os.environ.get("FAULT_SEED", "1"))
PACE: Final = Pace(rate=25, before=1.0, after=1.0)


@pytest.fixture(scope="module")
def own_ground() -> Iterator[Ground]:
    try:
        with ground(members=1) as made:
            yield made
    except Refusal as refusal:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(str(refusal))


@pytest.fixture(scope="module")
def own_stage(own_ground: Ground) -> Iterator[Stage]:
    with stage(own_ground) as made:
        yield made


@pytest.fixture(scope="module")
def conferences(own_stage: Stage) -> list[str]:
    return found_coalition(own_stage.platform)


@pytest.fixture(scope="module")
def trial(own_stage: Stage, conferences: list[str]) -> Trial:
    return Trial(own_stage, conferences=conferences, pace=PACE, randomness=Random(SEED))


def for_seconds(fault: Fault, seconds: float) -> Fault:
    fault.lasts = seconds
    return fault


def times(fault: Any, count: int) -> Fault:
    fault.times = count
    return fault  # type: ignore[no-any-return]


def passed(row: Row) -> None:
    assert row.findings == []
    assert row.acknowledged > 0


def test_processes_are_killed(trial: Trial) -> None:
    random = Random(SEED)
    kinds = (KillMembership, KillEvents, KillReports, KillGateway, KillRelay)
    faults = [times(kind(random), 1) for kind in kinds]
    passed(trial.run("processes", faults))


def test_connections_to_the_broker_are_cut(trial: Trial) -> None:
    random = Random(SEED)
    passed(trial.run("cuts", [times(CutPublish(random), 4), times(CutConfirm(random), 4)]))


def test_the_broker_is_killed(trial: Trial) -> None:
    passed(trial.run("broker", [for_seconds(KillBroker(Random(SEED)), 0.5)]))


def test_the_broker_is_away(trial: Trial) -> None:
    passed(trial.run("away", [for_seconds(BrokerAway(Random(SEED)), 10)]))


def test_the_database_is_killed_and_a_service_stands_still(trial: Trial) -> None:
    random = Random(SEED)
    passed(trial.run("database", [KillPrimary(random), for_seconds(PausedService(random), 6)]))


def test_messages_come_again_out_of_order_and_broken(trial: Trial) -> None:
    random = Random(SEED)
    faults = [
        for_seconds(Tripled(random), 3),
        for_seconds(Reordered(random), 5),
        FailsThreeTimes(random),
        Poison(random),
    ]
    passed(trial.run("messages", faults))


def test_a_rolling_restart_fails_no_request(trial: Trial) -> None:
    restart = RollingRestart(Random(SEED))
    restart.processes = ("events", GATEWAY)
    row = trial.run("rolling", [restart])
    passed(row)
    assert row.unknown == 0


@pytest.fixture(scope="module")
def ledger(own_stage: Stage, conferences: list[str]) -> Ledger:
    """Some seconds of work that nothing disturbed."""
    filled = Ledger()
    secretariat = Secretariat(Requests("audited", number=20), conferences=conferences, randomness=Random(SEED))
    load = Load(own_stage.url, secretariat, filled, rate=40)
    load.start()
    time.sleep(6)
    load.stop()
    assert wait_until_quiet(own_stage, seconds=30) is None
    return filled


def audited(stage: Stage, ledger: Ledger) -> Findings:
    return audit(stage, ledger, dead=sum(map(len, dead_letters(stage).values())))


def test_the_audit_finds_nothing_where_nothing_is_wrong(own_stage: Stage, ledger: Ledger) -> None:
    assert audited(own_stage, ledger).all == []


def drop_city(stage: Stage, ledger: Ledger) -> Callable[[], Any]:
    cities = stage.database("membership")["cities"]
    name = ledger.acknowledged("registerCity")[0][0].input["name"]
    city = cities.find_one_and_delete({"name": name})
    return lambda: cities.insert_one(city)


def drop_registration(stage: Stage, ledger: Ledger) -> Callable[[], Any]:
    registrations = stage.database("events")["registrations"]
    email = ledger.acknowledged("registerDelegate")[0][0].input["email"]
    registration = registrations.find_one_and_delete({"email": email})
    return lambda: registrations.insert_one(registration)


def undo_last_change(stage: Stage, ledger: Ledger) -> Callable[[], Any]:
    reports = stage.database("reports")["reports"]
    changed = local(ledger.acknowledged("saveAnswer")[0][1].payload["id"])
    report = reports.find_one({"_id": changed})
    reports.update_one({"_id": report["_id"]}, {"$inc": {"version": -1}})
    return lambda: reports.update_one({"_id": report["_id"]}, {"$inc": {"version": 1}})


def forget_handling(stage: Stage, ledger: Ledger) -> Callable[[], Any]:
    inbox = stage.database("events")["inbox"]
    row = inbox.find_one_and_delete({})
    return lambda: inbox.insert_one(row)


def claim_more(stage: Stage, ledger: Ledger) -> Callable[[], Any]:
    """An acknowledgement that nobody gave."""
    command, outcome = ledger.acknowledged("saveAnswer")[0]
    invented = replace(command, key="invented")
    ledger.enter(invented, replace(outcome, payload={**outcome.payload, "version": 0}))
    return lambda: ledger.enter(invented, replace(outcome, kind=Kind.REFUSED, codes=()))


@pytest.mark.parametrize("tamper", [drop_city, drop_registration, undo_last_change, forget_handling, claim_more])
def test_the_audit_finds_what_is_lost(own_stage: Stage, ledger: Ledger, tamper: Callable[..., Any]) -> None:
    undo = tamper(own_stage, ledger)
    try:
        assert audited(own_stage, ledger).lost
    finally:
        undo()


def tell_twice(stage: Stage, ledger: Ledger) -> Callable[[], Any]:
    outbox = stage.database("membership")["outbox"]
    row = outbox.find_one({"type": "membership.member_admitted.v1"})
    outbox.insert_one({**row, "_id": "again"})
    return lambda: outbox.delete_one({"_id": "again"})


def act_unasked(stage: Stage, ledger: Ledger) -> Callable[[], Any]:
    registrations = stage.database("events")["registrations"]
    email = ledger.acknowledged("registerDelegate")[0][0].input["email"]
    row = registrations.find_one({"email": email})
    registrations.insert_one({**row, "_id": "again", "status": "cancelled"})
    return lambda: registrations.delete_one({"_id": "again"})


@pytest.mark.parametrize("tamper", [tell_twice, act_unasked])
def test_the_audit_finds_what_is_doubled(own_stage: Stage, ledger: Ledger, tamper: Callable[..., Any]) -> None:
    undo = tamper(own_stage, ledger)
    try:
        assert audited(own_stage, ledger).doubled
    finally:
        undo()


def differ(stage: Stage, ledger: Ledger) -> Callable[[], Any]:
    members = stage.database("reports")["members"]
    row = members.find_one({"standing": "member"})
    members.update_one({"_id": row["_id"]}, {"$set": {"standing": "candidate"}})
    return lambda: members.replace_one({"_id": row["_id"]}, row)


def release_duty(stage: Stage, ledger: Ledger) -> Callable[[], Any]:
    obligations = stage.database("reports")["obligations"]
    row = obligations.find_one_and_delete({"status": "open"})
    return lambda: obligations.insert_one(row)


def take_seat(stage: Stage, ledger: Ledger) -> Callable[[], Any]:
    blocks = stage.database("events")["seat_blocks"]
    row = blocks.find_one({})
    blocks.update_one({"_id": row["_id"]}, {"$inc": {"taken": 1}})
    return lambda: blocks.replace_one({"_id": row["_id"]}, row)


def leave_unanswered(stage: Stage, ledger: Ledger) -> Callable[[], Any]:
    command, outcome = ledger.of(Kind.ACKNOWLEDGED)[0]
    ledger.enter(command, replace(outcome, kind=Kind.UNKNOWN))
    return lambda: ledger.enter(command, outcome)


@pytest.mark.parametrize("tamper", [differ, release_duty, take_seat, leave_unanswered])
def test_the_audit_finds_what_does_not_agree(own_stage: Stage, ledger: Ledger, tamper: Callable[..., Any]) -> None:
    undo = tamper(own_stage, ledger)
    try:
        assert audited(own_stage, ledger).other
    finally:
        undo()
