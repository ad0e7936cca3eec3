"""Applications on the real database: registered, recognized by their tokens, changed over, revoked; and who may."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from services.chassis.kernel.errors import (
    Forbidden,
    InvalidInput,
    NotFound,
    ServiceError,
    Unauthenticated,
    VersionConflict,
)
from services.chassis.kernel.principal import Grant, Principal, PrincipalKind, Scope
from services.chassis.kernel.secret import hash_of
from services.chassis.messaging.validation import load
from services.chassis.persistence.unit_of_work import Work
from services.membership.application.applications import KnownApplication, issue, rotate_application_token
from services.membership.domain.application_requests import RotateApplicationToken
from services.membership.domain.applications import Application
from services.membership.domain.errors import (
    ApplicationAlreadyRevoked,
    ApplicationExpired,
    RotationUnderWay,
    UnknownCoalition,
    UnknownToken,
)
from services.membership.schemas import requests
from services.membership.store.applications import Applications as Stored
from services.rights import api_tokens
from services.rights.api_scopes import API_SCOPES
from services.rights.roles import Role
from tests.support.principals import in_coalition, of_member, person

from .applications import ADMINISTRATOR, Applications, about, acting
from .service import Membership, Now, View

AUDITOR = person("auditor", in_coalition(Role.AUDITOR))
OF_LAC = person("administrator-lac", in_coalition(Role.ADMINISTRATOR, "lac"))
DAY = timedelta(days=1)


@pytest.fixture
def registry(
    service: Membership, mongo: MongoClient[dict[str, Any]], database: Database[dict[str, Any]], now: Now
) -> Applications:
    return Applications(mongo, database, now)


@pytest.fixture
def issued(registry: Applications) -> View:
    """An application of `eccar` and its first token."""
    return registry.register()


def eventually(found: Callable[[], Any]) -> Any:
    """What `found` gives as soon as it gives something: notes of use are not waited for."""
    until = time.monotonic() + 5
    while not (result := found()) and time.monotonic() < until:
        time.sleep(0.01)
    return result


class TestRegistration:
    def test_what_is_registered_is_shown_without_anything_of_its_token(self, registry: Applications, now: Now) -> None:
        issued = registry.register()
        application = issued["application"]
        assert api_tokens.is_well_formed(issued["token"])
        assert {**application, "id": None, "tokens": None} == {
            "id": None,
            "coalition": "eccar",
            "version": 1,
            "name": "Website of Graz",
            "purpose": "Shows the city's reports",
            "role": "secretariat",
            "scope": {"kind": "coalition", "coalition": "eccar", "id": None},
            "api_scopes": ["reports:read", "members:write"],
            "registered_by": ADMINISTRATOR.id,
            "registered_at": "2026-11-24T09:30:00.000Z",
            "expires_at": "2027-03-04T09:30:00.000Z",
            "revoked_at": None,
            "last_used_at": None,
            "tokens": None,
        }
        [token] = application["tokens"]
        assert {**token, "id": None} == {
            "id": None,
            "created_at": "2026-11-24T09:30:00.000Z",
            "expires_at": "2027-03-04T09:30:00.000Z",
            "last_used_at": None,
            "revoked_at": None,
        }
        assert registry.get(("eccar", application["id"])) == [application]

    def test_only_a_hash_is_stored_anywhere(self, registry: Applications) -> None:
        token = registry.register(key="key-of-this-command")["token"]
        secret = token.removeprefix("iccar_")
        everything = str([list(registry.database[name].find()) for name in registry.database.list_collection_names()])
        assert secret not in everything
        [stored] = registry.stored()
        assert stored["tokens"][0]["hash"] == hash_of(token)
        assert registry.database["answers"].count_documents({}) == 1
        assert hash_of(token) not in str(list(registry.database["answers"].find()))

    def test_no_message_tells_of_it(self, registry: Applications) -> None:
        before = registry.messages()
        registry.revoke(registry.rotate(registry.register()["application"])["application"])
        assert registry.messages() == before

    def test_a_repeated_command_does_nothing_twice_and_shows_no_token(self, registry: Applications) -> None:
        first, again = registry.register(key="key-of-this-command"), registry.register(key="key-of-this-command")
        assert again["application"] == first["application"]
        assert (first["token"] is None, again["token"]) == (False, None)
        assert "cannot be shown again" in first["notice"]
        assert "was carried out before" in again["notice"]
        assert len(registry.stored()) == 1
        rotated = registry.rotate(first["application"], key="key-of-the-second")
        assert registry.rotate(first["application"], key="key-of-the-second") == {
            "application": rotated["application"],
            "token": None,
            "notice": again["notice"],
        }

    def test_it_may_act_for_a_member_or_at_a_conference(self, registry: Applications) -> None:
        member = registry.member("Graz")["id"]
        of_member = registry.register(role="focal_point", member_id=member, api_scopes=["reports:write"])
        assert of_member["application"]["scope"] == {"kind": "member", "coalition": "eccar", "id": member}
        given: View = {"role": "event_team", "conference_id": "athens", "api_scopes": ["registrations:write"]}
        assert registry.register(**given)["application"]["scope"]["id"] == "athens"

    @pytest.mark.parametrize(
        ("values", "error", "path"),
        [
            ({"coalition": "nowhere", "by": person("a", in_coalition(Role.ADMINISTRATOR, "nowhere"))}, UnknownCoalition,
             ("coalition",)),
            ({"role": "focal_point", "member_id": "nobody"}, NotFound, ("member_id",)),
            ({"role": "auditor", "api_scopes": ["reports:write"]}, InvalidInput, ("api_scopes", 0)),
            ({"expires_at": "2026-11-24T09:30:00Z"}, InvalidInput, ("expires_at",)),
            ({"expires_at": "2027-11-26T00:00:00Z"}, InvalidInput, ("expires_at",)),
            ({"expires_at": "0001-01-01T00:00:00+14:00"}, InvalidInput, ("expires_at",)),
            ({"expires_at": "9999-12-31T23:59:59-14:00"}, InvalidInput, ("expires_at",)),
        ],
    )  # fmt: skip
    def test_what_is_refused_leaves_nothing(
        self, registry: Applications, values: View, error: type[ServiceError], path: tuple[str | int, ...]
    ) -> None:
        with pytest.raises(error) as caught:
            registry.register(**values)
        assert caught.value.path == path
        assert registry.stored() == []

    def test_a_member_of_another_coalition_is_none_here(self, registry: Applications) -> None:
        foreign = registry.member("Quito", coalition="lac")["id"]
        with pytest.raises(NotFound):
            registry.register(role="focal_point", member_id=foreign)
        assert registry.stored() == []


class TestRecognition:
    def test_a_token_tells_who_acts_and_for_whom(self, registry: Applications, issued: View, now: Now) -> None:
        assert registry.known(issued["token"]) == KnownApplication(
            id=issued["application"]["id"],
            name="Website of Graz",
            coalition="eccar",
            grants=(Grant("secretariat", Scope("coalition", "eccar")),),
            api_scopes=("reports:read", "members:write"),
            on_behalf_of=ADMINISTRATOR.id,
            expires_at=now() + 100 * DAY,
        )

    @pytest.mark.parametrize("token", ["", "iccar_", api_tokens.token_of(bytes(32))])
    def test_an_unknown_token_is_nobodys(self, registry: Applications, issued: View, token: str) -> None:
        assert registry.known(token) is None

    def test_a_token_ends_with_its_application(self, registry: Applications, issued: View, now: Now) -> None:
        now.at += 100 * DAY - timedelta(milliseconds=1)
        assert registry.known(issued["token"]) is not None
        now.at += timedelta(milliseconds=1)
        assert registry.known(issued["token"]) is None

    def test_both_tokens_work_until_the_overlap_is_over(self, registry: Applications, issued: View, now: Now) -> None:
        new = registry.rotate(issued["application"], overlap_hours=2)["token"]
        old = registry.known(issued["token"])
        assert old is not None
        assert old.expires_at == now() + timedelta(hours=2)
        assert registry.known(new) is not None
        now.at += timedelta(hours=2)
        assert (registry.known(issued["token"]), registry.known(new) is None) == (None, False)

    def test_nothing_revoked_is_recognized(self, registry: Applications, issued: View) -> None:
        new = registry.rotate(issued["application"])
        old_id = new["application"]["tokens"][1]["id"]
        registry.revoke_token(issued["application"], token_id=old_id)
        assert (registry.known(issued["token"]), registry.known(new["token"]) is None) == (None, False)
        registry.revoke(issued["application"])
        assert registry.known(new["token"]) is None

    def test_a_hash_belongs_to_one_application(self, registry: Applications, issued: View) -> None:
        [stored] = registry.stored()
        with pytest.raises(DuplicateKeyError):
            registry.database["applications"].insert_one({**stored, "_id": "another", "coalition": "lac"})


class TestUse:
    def used(self, registry: Applications) -> list[datetime | None]:
        return [token["last_used_at"] for stored in registry.stored() for token in stored["tokens"]]

    def test_a_use_is_noted_to_the_minute_and_is_no_change(
        self, registry: Applications, issued: View, now: Now
    ) -> None:
        now.at += timedelta(seconds=25)
        registry.known(issued["token"])
        assert eventually(lambda: self.used(registry) == [now() - timedelta(seconds=25)])
        [shown] = registry.get(("eccar", issued["application"]["id"]))
        assert shown is not None
        assert (shown["version"], shown["last_used_at"]) == (1, "2026-11-24T09:30:00.000Z")
        assert shown["tokens"][0]["last_used_at"] == "2026-11-24T09:30:00.000Z"

    def test_of_the_tokens_the_one_used_is_noted(self, registry: Applications, issued: View, now: Now) -> None:
        registry.rotate(issued["application"])
        registry.known(issued["token"])
        assert eventually(lambda: self.used(registry) == [None, now()])

    def test_many_uses_at_once_are_one_write_a_minute(self, registry: Applications, issued: View, now: Now) -> None:
        changed = []
        with registry.database["applications"].watch(max_await_time_ms=200) as stream:
            for _ in range(2):
                with ThreadPoolExecutor(16) as pool:
                    list(pool.map(lambda _: registry.known(issued["token"]), range(64)))
                until = time.monotonic() + 1
                while time.monotonic() < until:
                    if (change := stream.try_next()) is not None:
                        changed.append(change["updateDescription"]["updatedFields"])
                now.at += timedelta(minutes=1)
        start = now() - timedelta(minutes=2)
        assert changed == [{"tokens.0.last_used_at": start + timedelta(minutes=minute)} for minute in range(2)]

    def test_no_use_is_lost_to_a_change_at_the_same_time(self, registry: Applications, issued: View, now: Now) -> None:
        """A command stores the application as a whole: what was noted since it read must not be overwritten."""
        attempts = []

        def interrupted(work: Work, request: RotateApplicationToken, *, token_hash: str) -> Application:
            attempts.append(Stored(work, coalition="eccar").get(request.application_id).last_used_at)
            if len(attempts) == 1:
                registry.known(issued["token"])
                assert eventually(lambda: self.used(registry) == [now()])
            return rotate_application_token(work, request, token_hash=token_hash)

        with acting(ADMINISTRATOR, "rotate_application_token"):
            request = load(requests.RotateApplicationToken(), about(issued["application"]))
            issue(registry.unit_of_work, interrupted, request)
        assert attempts == [None, now()]
        assert self.used(registry) == [None, now()]

    def test_an_expired_token_is_not_used(self, registry: Applications, issued: View, now: Now) -> None:
        now.at += 200 * DAY
        registry.known(issued["token"])
        time.sleep(0.2)
        assert self.used(registry) == [None]


class TestChanges:
    def test_of_two_changes_at_once_one_must_look_again(self, registry: Applications, issued: View) -> None:
        application = issued["application"]
        registry.rotate(application, expected_version=1)
        for attempt in (registry.rotate, registry.revoke):
            with pytest.raises(VersionConflict):
                attempt(application, expected_version=1)

    def test_of_many_rotations_at_once_one_makes_a_token(self, registry: Applications, issued: View, now: Now) -> None:
        def rotate(_number: int) -> View | str:
            try:
                return registry.rotate(issued["application"])
            except ServiceError as error:
                return error.code

        with ThreadPoolExecutor(8) as pool:
            results = list(pool.map(rotate, range(8)))
        made = [result for result in results if not isinstance(result, str)]
        assert (len(made), {result for result in results if isinstance(result, str)}) == (1, {"ROTATION_UNDER_WAY"})
        assert registry.known(made[0]["token"]) is not None
        assert registry.known(issued["token"]) is not None

    def test_a_third_token_and_other_refusals(self, registry: Applications, issued: View, now: Now) -> None:
        application = registry.rotate(issued["application"])["application"]
        with pytest.raises(RotationUnderWay):
            registry.rotate(application)
        with pytest.raises(UnknownToken):
            registry.revoke_token(application, token_id="none")
        now.at += 101 * DAY
        with pytest.raises(ApplicationExpired):
            registry.rotate(application)
        renewed = registry.rotate(application, expires_at=(now() + DAY).isoformat())
        assert registry.known(renewed["token"]) is not None
        registry.revoke(application)
        with pytest.raises(ApplicationAlreadyRevoked):
            registry.revoke(application)
        [stored] = registry.stored()
        assert (stored["version"], len(stored["tokens"])) == (4, 3)


class TestRights:
    def commands(self, registry: Applications, application: View) -> list[Callable[[Principal | None], Any]]:
        token_id = application["tokens"][0]["id"]
        return [
            lambda by: registry.register(by=by),
            lambda by: registry.rotate(application, by=by),
            lambda by: registry.revoke_token(application, by=by, token_id=token_id),
            lambda by: registry.revoke(application, by=by),
        ]

    def test_who_may_not_change_anything(self, registry: Applications, issued: View) -> None:
        before = registry.stored()
        others = [in_coalition(role) for role in (Role.SECRETARIAT, Role.AUDITOR, Role.STEERING_COMMITTEE)]
        refused = [OF_LAC, *(person("somebody", grant) for grant in others), person("nobody")]
        refused += [person("city", of_member(Role.FOCAL_POINT, "graz"))]
        for command in self.commands(registry, issued["application"]):
            for somebody in refused:
                with pytest.raises(Forbidden):
                    command(somebody)
            with pytest.raises(Unauthenticated):
                command(None)
        assert registry.stored() == before

    def test_a_machine_makes_no_tokens_with_any_scope_that_can_be_given(
        self, registry: Applications, issued: View
    ) -> None:
        machine = Principal(
            kind=PrincipalKind.APPLICATION,
            id="application",
            grants=(in_coalition(Role.ADMINISTRATOR),),
            api_scopes=tuple(API_SCOPES),
            on_behalf_of=ADMINISTRATOR.id,
        )
        before = registry.stored()
        for command in self.commands(registry, issued["application"]):
            with pytest.raises(Forbidden):
                command(machine)
        assert registry.stored() == before

    def test_ids_of_another_coalition_find_nothing(self, registry: Applications, issued: View) -> None:
        foreign = {**issued["application"], "coalition": "lac"}
        before = registry.stored()
        for command in self.commands(registry, foreign)[1:]:
            with pytest.raises(NotFound):
                command(OF_LAC)
        assert registry.stored() == before
        assert registry.get(("lac", foreign["id"]), by=OF_LAC) == [None]

    def test_administrators_and_auditors_see_those_of_their_coalition(
        self, registry: Applications, issued: View
    ) -> None:
        other = registry.register(coalition="lac", by=OF_LAC)["application"]
        mine = registry.get(("eccar", issued["application"]["id"]))[0]
        assert mine is not None
        for somebody in (ADMINISTRATOR, AUDITOR):
            both = (("eccar", mine["id"]), ("lac", other["id"]))
            assert registry.get(*both, by=somebody) == [mine, None]
            [page, refused] = registry.pages("eccar", "lac", by=somebody, count=True)
            assert (page["items"], page["total"]) == ([mine], 1)
            assert refused["refused"]["code"] == "FORBIDDEN"
        with pytest.raises(Forbidden):
            registry.pages("eccar", by=person("secretary", in_coalition(Role.SECRETARIAT)))
        with pytest.raises(Forbidden):
            registry.pages("eccar", by=OF_LAC)

    def test_the_newest_come_first_page_by_page(self, registry: Applications) -> None:
        made = [registry.register(name=f"Number {number}")["application"]["id"] for number in range(5)]
        [page] = registry.pages("eccar", first=3, count=True)
        [rest] = registry.pages("eccar", first=3, after=page["cursors"][-1])
        found = [each["id"] for each in (*page["items"], *rest["items"])]
        assert (found, page["total"], page["has_next"], rest["has_next"]) == (made[::-1], 5, True, False)
