"""A projection made anew from the log is what it was, whatever had become of it and whatever happens meanwhile."""

from typing import Any

import pytest

from services.chassis.kernel.ids import new_id
from services.chassis.persistence.lease import Lease
from services.chassis.runtime import shadow
from services.chassis.runtime.shadow import ProjectionBusy, Shadow

from .network import PROJECTIONS, Network

MEMBERS = "events.member_projection"
DUTIES = "reports.member_projection"


def ids(network: Network, queue: str = MEMBERS) -> list[str]:
    return [row["_id"] for row in network.rows(queue)]


def delete_all(rows: Any) -> None:
    rows.delete_many({})


def drop(rows: Any) -> None:
    rows.drop()


def corrupt(rows: Any) -> None:
    rows.update_many({}, {"$set": {"standing": "emperor", "surprise": 1}, "$unset": {"rules": "", "admitted_on": ""}})


def run_ahead(rows: Any) -> None:
    """So far that no message of tomorrow would be believed."""
    rows.update_many({}, {"$set": {"sequence": 999}})


def lose_sequences(rows: Any) -> None:
    rows.update_many({}, {"$unset": {"sequence": ""}})


def add_strangers(rows: Any) -> None:
    rows.insert_one({"_id": "stranger", "coalition": "eccar", "sequence": 1, "standing": "member"})


@pytest.mark.parametrize("damage", [delete_all, drop, corrupt, run_ahead, lose_sequences, add_strangers])
@pytest.mark.parametrize("queue", PROJECTIONS)
def test_whatever_was_done_to_it_the_rows_and_indexes_are_what_they_were(
    network: Network, queue: str, damage: Any
) -> None:
    before, known = network.rows(queue), network.collection(queue).index_information()
    damage(network.collection(queue))
    damaged = network.rows(queue)
    rebuilt = network.rebuild(queue)
    assert network.rows(queue) == before
    assert network.collection(queue).index_information() == known
    assert (rebuilt.rows, rebuilt.unreadable) == (len(before), ())
    assert bool(rebuilt.changes) is (damaged != before)


@pytest.mark.parametrize("queue", PROJECTIONS)
def test_what_was_right_stays_as_it_is_and_nothing_else_changes(network: Network, queue: str) -> None:
    def everything() -> dict[str, Any]:
        reports = network.database("reports")
        return {name: list(reports[name].find().sort("_id")) for name in ("outbox", "inbox", "obligations", "members")}

    rows, rest = network.rows(queue), everything()
    assert network.rebuild(queue).changes == ()
    assert (network.rows(queue), everything()) == (rows, rest)


def test_a_dry_run_says_what_would_change_and_changes_nothing(network: Network) -> None:
    gone, wrong, _ = ids(network)
    network.collection(MEMBERS).delete_one({"_id": gone})
    network.collection(MEMBERS).update_one({"_id": wrong}, {"$set": {"standing": "emperor"}})
    add_strangers(network.collection(MEMBERS))
    before = network.rows(MEMBERS)
    rebuilt = network.rebuild(MEMBERS, dry_run=True)
    assert network.rows(MEMBERS) == before
    assert {(each.id, each.kind, each.fields) for each in rebuilt.changes} == {
        (gone, "missing", ()),
        (wrong, "different", ("standing",)),
        ("stranger", "extra", ()),
    }
    assert network.database("events").list_collection_names(filter={"name": {"$regex": "rebuild"}}) == []


def test_a_projection_nobody_has_written_to_yet_is_built(network: Network) -> None:
    network.membership.member("Zürich")
    network.rebuild(MEMBERS)
    assert len(ids(network)) == 4


class Meanwhile:
    """Does something once while the log is read: a progress that interferes."""

    def __init__(self, act: Any) -> None:
        self.act = act
        self.expected = 0
        self.seen = 0

    def expect(self, more: int) -> None:
        self.expected += more

    def by(self, steps: int) -> None:
        self.seen += steps
        act, self.act = self.act, lambda: None
        act()


def test_what_is_handled_while_the_log_is_read_is_kept(network: Network) -> None:
    def admit_another() -> None:
        network.membership.member("Zürich")
        network.hand_over()

    meanwhile = Meanwhile(admit_another)
    rebuilt = network.rebuild(MEMBERS, progress=meanwhile)
    assert len(ids(network)) == rebuilt.rows == 4
    assert meanwhile.expected == meanwhile.seen == 3


def test_what_is_handled_right_before_the_swap_is_kept(network: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    """It goes into the old rows, which are gone a moment later: the catching up finds it."""
    swap = Shadow.take_the_place_of

    def handle_and_swap(self: Shadow, live: Any) -> None:
        network.membership.member("Zürich")
        network.hand_over()
        assert live.count_documents({}) == 4
        swap(self, live)
        assert live.count_documents({}) == 3

    monkeypatch.setattr(Shadow, "take_the_place_of", handle_and_swap)
    network.rebuild(MEMBERS)
    assert len(ids(network)) == 4


def test_what_commits_late_and_is_dated_early_is_kept(network: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows of the log are dated when they are written and seen when their transaction commits."""
    swap = Shadow.take_the_place_of
    first = network.written
    hidden = network.database("membership")["outbox"].find_one_and_delete({"type": "membership.member_admitted.v1"})
    assert hidden is not None

    def commit_and_swap(self: Shadow, live: Any) -> None:
        network.database("membership")["outbox"].insert_one(hidden)
        swap(self, live)

    monkeypatch.setattr(Shadow, "take_the_place_of", commit_and_swap)
    before = network.rows(MEMBERS)
    network.rebuild(MEMBERS)
    assert network.rows(MEMBERS) == before
    assert first() == []


def test_a_message_of_which_nobody_knows_whether_it_was_published_counts(network: Network) -> None:
    """Its relay may have died after publishing it: then its subscriber has handled it, and would not do so again."""
    network.database("membership")["outbox"].update_many({}, {"$set": {"published_at": None}})
    before = network.rows(MEMBERS)
    delete_all(network.collection(MEMBERS))
    network.rebuild(MEMBERS)
    assert network.rows(MEMBERS) == before


def test_a_duty_is_opened_though_the_rebuild_knew_of_the_admission_first(network: Network) -> None:
    """The row is as new as the message by then, and what follows from the message follows all the same, once."""
    member_id = network.membership.member("Zürich")["id"]
    network.rebuild(DUTIES)
    assert (member_id in ids(network, DUTIES), network.obligations(member_id)) == (True, [])
    network.hand_over()
    assert network.obligations(member_id) == ["open"]


def test_a_message_that_its_subscriber_could_not_read_is_left_out_and_named(network: Network) -> None:
    outbox = network.database("membership")["outbox"]
    row = outbox.find_one({"type": "membership.member_admitted.v1"})
    assert row is not None
    unreadable = {**row, "_id": new_id(), "sequence": 9, "data": {"member_id": row["subject"]}}
    outbox.insert_one(unreadable)
    before = network.rows(MEMBERS)
    delete_all(network.collection(MEMBERS))
    assert network.rebuild(MEMBERS).unreadable == (unreadable["_id"],)
    assert network.rows(MEMBERS) == before


def test_one_rebuild_at_a_time(network: Network) -> None:
    before = network.rows(MEMBERS)
    other = Lease(network.database("events"), name="rebuild member_projection", owner="another", seconds=60)
    assert other.hold()
    with pytest.raises(ProjectionBusy):
        network.rebuild(MEMBERS)
    other.release()
    network.rebuild(MEMBERS)
    assert network.rows(MEMBERS) == before


def test_who_took_too_long_changes_nothing_and_leaves_the_other_alone(
    network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shadow, "_LEASE_SECONDS", 0.05)
    events = network.database("events")

    def another_begins() -> None:
        lease = Lease(events, name="rebuild member_projection", owner="another", seconds=60)
        while not lease.hold():
            pass
        events["members.rebuild"].insert_one({"_id": "of the other one"})

    before = network.rows(MEMBERS)
    monkeypatch.setattr(Shadow, "take_the_place_of", _after(another_begins, Shadow.take_the_place_of))
    with pytest.raises(ProjectionBusy):
        network.rebuild(MEMBERS)
    assert network.rows(MEMBERS) == before
    assert events["members.rebuild"].find_one({"_id": "of the other one"}) is not None


def test_what_one_that_died_has_left_is_no_part_of_the_next(network: Network) -> None:
    before = network.rows(MEMBERS)
    add_strangers(network.database("events")["members.rebuild"])
    network.rebuild(MEMBERS)
    assert network.rows(MEMBERS) == before


def _after(act: Any, method: Any) -> Any:
    def acted(self: Any, *arguments: Any) -> Any:
        act()
        return method(self, *arguments)

    return acted
