"""Whatever somebody does to an audit log who can write to its database is found: `chassis admin audit` says where."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from bson import Timestamp
from pymongo import MongoClient
from pymongo.database import Database

from services.chassis.persistence import indexes
from services.chassis.persistence.audit.chain import Head, digest
from services.chassis.persistence.audit.heads import Heads
from services.chassis.persistence.audit.sealer import Sealer
from services.chassis.persistence.audit.verification import Verification
from tests.support.admin import Admin, Ran
from tests.support.processes import ServiceEnvironment
from tests.support.recorder.definition import DEFINITION

from .things import Things

Documents = Database[dict[str, Any]]
Tampering = Callable[[Documents], object]


@pytest.fixture
def database(mongo: MongoClient[dict[str, Any]], database_prefix: str) -> Documents:
    """The audit log of the recorder: five entries of eccar, two of lac, one of the network, all sealed."""
    database = mongo[f"{database_prefix}{DEFINITION.name}"]
    indexes.create(database, {})
    things = Things(mongo, database.name, policy=None)
    for number in range(1, 6):
        things.put(f"t{number}", n=number)
    for number in (1, 2):
        things.put(f"lac{number}", coalition="lac", n=number)
    things.put("k", coalition=None, n=1)
    assert Sealer(database).seal() == 8
    return database


@pytest.fixture
def admin(service_environment: ServiceEnvironment) -> Admin:
    return Admin(service_environment)


def entry(database: Documents, number: int, coalition: str | None = "eccar") -> dict[str, Any]:
    found = database["audit"].find_one({"coalition": coalition, "seal.number": number})
    assert found is not None
    return found


def update(database: Documents, number: int, **fields: Any) -> None:
    changes = {name.replace("__", "."): value for name, value in fields.items()}
    database["audit"].update_one({"_id": entry(database, number)["_id"]}, {"$set": changes})


def change_a_byte(database: Documents) -> None:
    [change] = entry(database, 3)["changes"]
    update(database, 3, changes=[{**change, "after": {"n": 4}}])


def delete_one(database: Documents) -> None:
    database["audit"].delete_one({"_id": entry(database, 3)["_id"]})


def swap_the_contents_of_two(database: Documents) -> None:
    second, third = entry(database, 2), entry(database, 3)
    for one, other in ((second, third), (third, second)):
        content = {name: value for name, value in other.items() if name not in ("_id", "seal")}
        database["audit"].update_one({"_id": one["_id"]}, {"$set": content})


def swap_the_seals_of_two(database: Documents) -> None:
    second, third = entry(database, 2), entry(database, 3)
    database["audit"].update_one({"_id": second["_id"]}, {"$set": {"seal": None}})
    database["audit"].update_one({"_id": third["_id"]}, {"$set": {"seal": second["seal"]}})
    database["audit"].update_one({"_id": second["_id"]}, {"$set": {"seal": third["seal"]}})


def rewrite_a_hash(database: Documents) -> None:
    update(database, 3, seal__hash="0" * 64)


def rewrite_an_entry_with_its_hash(database: Documents) -> None:
    third = {**entry(database, 3), "method": "something_harmless"}
    update(database, 3, method="something_harmless", seal__hash=digest(third["seal"]["previous"], third))


def change_who_did_it(database: Documents) -> None:
    update(database, 1, actor__id="somebody else")


def add_a_field(database: Documents) -> None:
    update(database, 5, note="added later")


def change_a_type(database: Documents) -> None:
    [change] = entry(database, 3)["changes"]
    update(database, 3, changes=[{**change, "after": {"n": 3.0}}])


def change_the_time_of_writing(database: Documents) -> None:
    update(database, 2, created=Timestamp(1, 1))


def move_to_another_coalition(database: Documents) -> None:
    database["audit"].update_one({"_id": entry(database, 5)["_id"]}, {"$set": {"coalition": "lac", "seal.number": 3}})


def unseal(database: Documents) -> None:
    update(database, 3, seal=None)


def hide_behind_a_broken_seal(database: Documents) -> None:
    update(database, 3, seal={})


def cut_off_the_end(database: Documents) -> None:
    database["audit"].delete_one({"_id": entry(database, 5)["_id"]})


def cut_off_all(database: Documents) -> None:
    database["audit"].delete_many({"coalition": "eccar"})


def set_the_head_back(database: Documents) -> None:
    fourth = entry(database, 4)["seal"]
    _set_head(database, Head(4, fourth["hash"]))


def rewrite_the_head(database: Documents) -> None:
    _set_head(database, Head(5, "0" * 64))


def delete_the_head(database: Documents) -> None:
    database["audit_heads"].delete_one({"_id": {"coalition": "eccar"}})


def _set_head(database: Documents, head: Head) -> None:
    database["audit_heads"].update_one(
        {"_id": {"coalition": "eccar"}}, {"$set": {"number": head.number, "hash": head.hash}}
    )


FOUND: list[tuple[Tampering, str, int]] = [
    (change_a_byte, "changed", 3),
    (delete_one, "missing", 3),
    (swap_the_contents_of_two, "changed", 2),
    (swap_the_seals_of_two, "changed", 2),
    (rewrite_a_hash, "changed", 3),
    (rewrite_an_entry_with_its_hash, "unlinked", 4),
    (change_who_did_it, "changed", 1),
    (add_a_field, "changed", 5),
    (change_a_type, "changed", 3),
    (change_the_time_of_writing, "changed", 2),
    (move_to_another_coalition, "truncated", 5),
    (unseal, "missing", 3),
    (hide_behind_a_broken_seal, "missing", 3),
    (cut_off_the_end, "truncated", 5),
    (cut_off_all, "truncated", 1),
    (set_the_head_back, "rewritten", 5),
    (rewrite_the_head, "rewritten", 5),
    (delete_the_head, "rewritten", 1),
]


def test_a_log_that_nobody_touched_is_sound(database: Documents, admin: Admin) -> None:
    ran = admin.done("audit", "verify")
    assert ran.out == "Verified 8 entries in 3 chains. Chains that are not sound: 0.\n"
    document = admin.document("audit", "verify")
    assert document["ok"] is True
    assert {each["coalition"]: each["verified"]["number"] for each in document["chains"]} == {
        None: 1,
        "eccar": 5,
        "lac": 2,
    }


@pytest.mark.parametrize(("tamper", "kind", "number"), FOUND, ids=[each[0].__name__ for each in FOUND])
def test_tampering_is_found_and_its_place_is_named(
    database: Documents, admin: Admin, tamper: Tampering, kind: str, number: int
) -> None:
    tamper(database)
    broken = broken_chains(admin.run("audit", "verify", "--json"))
    assert (broken["eccar"]["kind"], broken["eccar"]["number"]) == (kind, number)
    assert set(broken) == ({"eccar", "lac"} if tamper is move_to_another_coalition else {"eccar"})


def broken_chains(ran: Ran) -> dict[str | None, dict[str, Any]]:
    chains = ran.document["chains"]
    broken = {each["coalition"]: each["broken"] for each in chains if each["broken"]}
    assert (ran.status, ran.document["ok"]) == ((1, False) if broken else (0, True))
    return broken


def test_a_person_reads_what_is_wrong_and_where(database: Documents, admin: Admin) -> None:
    changed = entry(database, 3)["_id"]
    change_a_byte(database)
    ran = admin.run("audit", "verify")
    assert ran.status == 1
    assert "entry 3 is not what was sealed: it, or its seal, was changed" in ran.out
    assert changed in ran.out
    assert ran.out.endswith("Chains that are not sound: 1.\n")


def test_an_end_that_was_cut_off_together_with_its_head_is_found_by_a_kept_head(
    database: Documents, admin: Admin, tmp_path: Path
) -> None:
    kept = tmp_path / "heads.json"
    kept.write_text(admin.done("audit", "head", "--json").out)
    assert broken_chains(admin.run("audit", "verify", "--head", str(kept), "--json")) == {}
    set_the_head_back(database)
    cut_off_the_end(database)
    assert broken_chains(admin.run("audit", "verify", "--json")) == {}, "the database alone cannot tell"
    broken = broken_chains(admin.run("audit", "verify", "--head", str(kept), "--json"))
    assert (broken["eccar"]["kind"], broken["eccar"]["number"]) == ("truncated", 5)


def test_a_chain_that_was_written_anew_from_an_entry_on_is_found_by_a_kept_head(
    database: Documents, admin: Admin, tmp_path: Path
) -> None:
    kept = tmp_path / "heads.json"
    kept.write_text(admin.done("audit", "head", "--coalition", "eccar", "--json").out)
    change_a_byte(database)
    for number in (3, 4, 5):
        database["audit"].update_one({"_id": entry(database, number)["_id"]}, {"$set": {"seal": None}})
    _set_head(database, Head(2, entry(database, 2)["seal"]["hash"]))
    assert Sealer(database).seal() == 3
    assert broken_chains(admin.run("audit", "verify", "--json")) == {}, "the database alone cannot tell"
    broken = broken_chains(admin.run("audit", "verify", "--head", str(kept), "--json"))
    assert (broken["eccar"]["kind"], broken["eccar"]["number"]) == ("rewritten", 5)


def test_a_chain_that_is_gone_altogether_is_found_by_a_kept_head(
    database: Documents, admin: Admin, tmp_path: Path
) -> None:
    kept = tmp_path / "heads.json"
    kept.write_text(admin.done("audit", "head", "--json").out)
    cut_off_all(database)
    delete_the_head(database)
    broken = broken_chains(admin.run("audit", "verify", "--head", str(kept), "--json"))
    assert (broken["eccar"]["kind"], broken["eccar"]["number"]) == ("truncated", 1)


def test_a_kept_head_stays_true_while_the_chain_grows(database: Documents, admin: Admin, tmp_path: Path) -> None:
    kept = tmp_path / "heads.json"
    kept.write_text(admin.done("audit", "head", "--json").out)
    Things(database.client, database.name, policy=None).put("t6", n=6)
    Sealer(database).seal()
    assert broken_chains(admin.run("audit", "verify", "--head", str(kept), "--json")) == {}


def test_entries_that_wait_too_long_are_counted(database: Documents, admin: Admin) -> None:
    things = Things(database.client, database.name, policy=None)
    things.put("t6", n=6)
    assert admin.done("audit", "verify", "--json").document["ok"] is True, "a second ago is not too long"
    long_ago = Timestamp(int((datetime.now(UTC) - timedelta(minutes=2)).timestamp()), 1)
    database["audit"].update_one({"aggregates": "t6", "seal": None}, {"$set": {"created": long_ago}})
    ran = admin.run("audit", "verify", "--json")
    assert (ran.status, [each["unsealed"] for each in ran.document["chains"]]) == (1, [0, 1, 0])
    assert "1 entries have waited for a seal too long: does a relay run?" in admin.run("audit", "verify").out


@pytest.mark.parametrize(
    ("options", "chains"),
    [
        (("--coalition", "lac"), ["lac"]),
        (("--network",), [None]),
        (("--coalition", "lac", "--network"), [None, "lac"]),
        (("--coalition", "nobody"), []),
        (("--service", "recorder"), [None, "eccar", "lac"]),
    ],
)
def test_one_can_choose(database: Documents, admin: Admin, options: tuple[str, ...], chains: list[str | None]) -> None:
    verified = admin.document("audit", "verify", *options)["chains"]
    heads = admin.document("audit", "head", *options)["heads"]
    assert [each["coalition"] for each in verified] == [each["coalition"] for each in heads] == chains


def test_heads_are_printed_for_people_too(database: Documents, admin: Admin) -> None:
    out = admin.done("audit", "head").out
    assert Heads(database).of("eccar").hash in out
    assert "(the network)" in out


def test_without_entries_there_is_nothing_to_print(admin: Admin) -> None:
    assert admin.done("audit", "head").out == "Nothing is sealed yet.\n"
    assert admin.done("audit", "verify").out == "Verified 0 entries in 0 chains. Chains that are not sound: 0.\n"


@pytest.mark.parametrize("content", ["", "no JSON", "[]", json.dumps({"heads": [{"service": "recorder"}]})])
def test_another_file_than_that_of_heads_is_refused(admin: Admin, tmp_path: Path, content: str) -> None:
    path = tmp_path / "other.json"
    path.write_text(content)
    ran = admin.run("audit", "verify", "--head", str(path))
    assert ran.status == 1
    assert ran.err == f"chassis: {path} is not what `chassis admin audit head --json` prints.\n"


def test_a_chain_that_grows_while_it_is_walked_is_sound(database: Documents) -> None:
    """More is sealed after the last entry was read, before the head is."""
    things = Things(database.client, database.name, policy=None)
    walked: list[int] = []

    def advance(steps: int) -> None:
        walked.append(steps)
        if len(walked) in (5, 6):
            things.put(f"late{len(walked)}", n=1)
            Sealer(database).seal()

    verified = Verification(database, advance=advance).of("eccar")
    assert (verified.is_sound, verified.head.number) == (True, 7)
