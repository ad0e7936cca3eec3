"""Every read about personal data uses an index, also those that a person asks across all coalitions."""

from datetime import UTC, datetime
from typing import Any

from pymongo.database import Database

from services.chassis.kernel.ids import new_id
from services.personal import parts
from services.personal.messages import DATA_REQUEST_MESSAGES
from services.personal.retaining import retain
from services.reports.application.personal_data import HOLDINGS, RETAINING

from .conftest import SettableClock
from .office import Office
from .test_plans_of_queries import Recorder, explained, recorder, watched

__all__ = ["recorder", "watched"]

OURS = {"reports", "exports", "retention_rules", "cycles", "audit", "coalitions"}


def test_every_read_uses_an_index(
    watched: Office, recorder: Recorder, database: Database[dict[str, Any]], clock: SettableClock
) -> None:
    member_id, cycle = watched.hears_of_member(), watched.opens_cycle().cycle
    watched.starts_report(member_id, cycle.id)
    database["exports"].insert_many(
        {"_id": new_id(), "person_ids": [f"u{n}"], "pseudonym": f"p{n}"} for n in range(300)
    )
    recorder.commands.clear()
    for kind in ("export", "erasure"):
        person = {"coalition": None, "person_ids": ["ada"], "pseudonym": "pseudonym"}
        request = {"request_id": kind, "requested_by": "ada", **person}
        watched._hears(f"{kind}_requested", request, DATA_REQUEST_MESSAGES, HOLDINGS.answer, sequence=1)
        watched.unit_of_work.look(parts.get_export_part, parts.GetExportPart(request_id=kind))
    clock.now = datetime(2099, 1, 1, tzinfo=UTC)
    for dry_run in (True, False):
        list(retain(watched.unit_of_work, RETAINING, dry_run=dry_run))

    commands = [command for command in recorder.commands if next(iter(command.values())) in OURS]
    assert {next(iter(command.values())) for command in commands} == OURS
    for command in commands:
        assert "COLLSCAN" not in explained(database, command), command
