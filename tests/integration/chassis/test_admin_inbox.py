"""`chassis admin inbox purge`."""

from datetime import timedelta
from typing import Any

import pytest
from pymongo.database import Database

from services.chassis.kernel.clock import utc_now
from services.chassis.persistence import inbox
from services.chassis.persistence.inbox import Inbox
from tests.support.admin import Admin
from tests.support.processes import ServiceEnvironment


@pytest.fixture
def admin(service_environment: ServiceEnvironment) -> Admin:
    return Admin(service_environment)


@pytest.fixture
def handled(database: Database[dict[str, Any]]) -> Inbox:
    """Messages handled 1, 3 and 40 days ago, named by that."""
    handled = Inbox(database)
    with database.client.start_session() as session:
        for days in (1, 3, 40):
            handled.record("tally", f"{days} days", utc_now() - timedelta(days=days), session=session)
    return handled


def kept(handled: Inbox) -> list[str]:
    return [name for name in ("1 days", "3 days", "40 days") if handled.has("tally", name)]


def test_old_rows_are_forgotten_and_young_ones_kept(admin: Admin, handled: Inbox) -> None:
    assert admin.document("inbox", "purge", "--older-than", "30d", "--dry-run")["purged"] == {"recorder": 1}
    assert kept(handled) == ["1 days", "3 days", "40 days"]
    done = admin.document("inbox", "purge", "--older-than", "2d", "--service", "recorder")
    assert done == {"dry_run": False, "purged": {"recorder": 2}}
    assert kept(handled) == ["1 days"]
    assert "recorder" in admin.done("inbox", "purge", "--older-than", "2d").out


def test_many_rows_go_in_batches(admin: Admin, handled: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inbox, "_PURGE_BATCH", 2)
    assert list(handled.purge_received_before(utc_now())) == [2, 1]
    assert kept(handled) == []


def test_what_may_still_be_on_the_retry_ladder_is_not_forgotten(admin: Admin, handled: Inbox) -> None:
    ran = admin.run("inbox", "purge", "--older-than", "1h")
    assert ran.status == 1
    assert "--older-than must be longer than 1h 5m" in ran.err
    assert kept(handled) == ["1 days", "3 days", "40 days"]


@pytest.mark.parametrize("arguments", [(), ("--older-than", "soon"), ("--older-than", "2d", "--service", "archive")])
def test_wrong_usage(admin: Admin, handled: Inbox, arguments: tuple[str, ...]) -> None:
    assert admin.run("inbox", "purge", *arguments).status == 2
    assert kept(handled) == ["1 days", "3 days", "40 days"]
