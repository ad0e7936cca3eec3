"""What the tests do with the service: tell it messages, give it commands, look at what it stored and told."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from marshmallow import Schema
from pymongo.database import Database

from services.chassis.kernel import context
from services.chassis.kernel.ids import new_id
from services.chassis.kernel.text import LocalizedText
from services.chassis.messaging.validation import load
from services.chassis.persistence.unit_of_work import UnitOfWork, Work
from services.chassis.protocol.envelope import Envelope, Received
from services.files.file import Announced, Arrival, File, Scan, Verdict
from services.files.requests import ReceiveFile, SettleFile, StageFile
from services.reports.application import commands, evidence, subscribers
from services.reports.domain.cycles import DatedCycle
from services.reports.domain.reports import Report
from services.reports.domain.requests import OpenCycle, RemoveEvidence, SaveAnswer, StartReport, SubmitReport
from services.reports.domain.statuses import AnswerStatus
from services.reports.schemas import consumed

SENT_AT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
TWO_YEARS = {
    "valid_from": None,
    "first_report_after_months": 24,
    "interval_months": 24,
    "is_sample": False,
    "source": "domain research",
}

Effect = Callable[[Work, Any], None]


@dataclass(frozen=True)
class Told:
    """A message as the outbox holds it."""

    type: str
    subject: str
    sequence: int
    coalition: str


class Office:
    def __init__(self, unit_of_work: UnitOfWork, database: Database[dict[str, Any]]) -> None:
        self.unit_of_work = unit_of_work
        self.database = database
        self._seen: set[str] = set()

    # Messages

    def hears_of_coalition(
        self, key: str, *, rules: Iterable[dict[str, Any]] = (TWO_YEARS,), sequence: int = 1, message_id: str = ""
    ) -> bool:
        data = {"key": key, "reporting_rules": list(rules), "languages": ["en"]}
        return self._hears(
            "coalition_registered", data, consumed.COALITION_MESSAGES, subscribers.project_coalition,
            sequence=sequence, message_id=message_id,
        )  # fmt: skip

    def hears_of_plan(
        self,
        coalition: str,
        version: str,
        *,
        numbers: Iterable[int] = (1, 2, 7),
        plan_id: str = "",
        sequence: int = 1,
        at: datetime = SENT_AT,
        message_id: str = "",
        title: str = "Commitment",
    ) -> str:
        """Returns the plan's id."""
        plan_id = plan_id or new_id()
        titles = [{"number": n, "title": {"original": "en", "texts": {"en": f"{title} {n}"}}} for n in numbers]
        data = {"plan_id": plan_id, "coalition": coalition, "version": version, "commitments": titles}
        self._hears(
            "plan_published", data, consumed.PLAN_MESSAGES, subscribers.project_plan,
            sequence=sequence, at=at, message_id=message_id,
        )  # fmt: skip
        return plan_id

    def hears_of_member(
        self,
        standing: str = "member",
        *,
        name: str = "member_admitted",
        coalition: str = "eccar",
        member_id: str = "",
        admitted_on: str | None = "2026-11-24",
        sequence: int = 2,
        at: datetime = SENT_AT,
        message_id: str = "",
    ) -> str:
        """Returns the member's id."""
        member_id = member_id or new_id()
        data = {
            "member_id": member_id,
            "coalition": coalition,
            "standing": standing,
            "admitted_on": admitted_on,
            "cities": [{"id": new_id(), "name": "Bonn", "country": "DE", "legal_type": "city"}],
        }
        self._hears(
            name, data, consumed.MEMBER_MESSAGES, subscribers.follow_member,
            sequence=sequence, at=at, message_id=message_id,
        )  # fmt: skip
        return member_id

    def hears_of_hand_over(
        self,
        member_id: str,
        from_person: str,
        to_person: str,
        *,
        number: int = 1,
        hand_over_id: str = "",
        coalition: str = "eccar",
        message_id: str = "",
    ) -> bool:
        """False: this message was handled before."""
        data = {
            "hand_over_id": hand_over_id or new_id(),
            "coalition": coalition,
            "member_id": member_id,
            "number": number,
            "from_person": from_person,
            "to_person": to_person,
            "at": "2026-11-24T09:00:00.000Z",
        }
        return self._hears(
            "focal_point_handed_over", data, consumed.HAND_OVER_MESSAGES, subscribers.follow_hand_over,
            sequence=1, message_id=message_id,
        )  # fmt: skip

    def _hears(
        self,
        name: str,
        data: dict[str, Any],
        schemas: Any,
        effect: Effect,
        *,
        sequence: int,
        at: datetime = SENT_AT,
        message_id: str = "",
    ) -> bool:
        """False: this message was handled before."""
        schema: Schema = schemas[f"membership.{name}.v1"]
        envelope = Envelope(
            id=message_id or new_id(),
            source="membership",
            type=f"membership.{name}.v1",
            subject=data.get("member_id", "subject"),
            time=at,
            sequence=sequence,
            coalition=data.get("coalition", "eccar"),
            correlationid=context.current().correlation_id,
            data=data,
        )
        received = Received(envelope, load(schema, data))
        return self.unit_of_work.write_once(effect.__name__, envelope.id, effect, received)

    # Commands

    def opens_cycle(self, coalition: str = "eccar", **changes: Any) -> DatedCycle:
        given: dict[str, Any] = {
            "name": LocalizedText.of("en", "Reports"),
            "period_start": date(2025, 1, 1),
            "period_end": date(2026, 12, 31),
            "due_on": date(2027, 3, 31),
        }
        return self.unit_of_work.write(commands.open_cycle, OpenCycle(coalition=coalition, **{**given, **changes}))

    def starts_report(self, member_id: str, cycle_id: str, coalition: str = "eccar") -> Report:
        request = StartReport(coalition=coalition, member_id=member_id, cycle_id=cycle_id)
        return self.unit_of_work.write(commands.start_report, request)

    def saves_answer(self, report_id: str, commitment: int, coalition: str = "eccar", **changes: Any) -> Report:
        given: dict[str, Any] = {"status": AnswerStatus.IN_PROGRESS, **changes}
        request = SaveAnswer(coalition=coalition, report_id=report_id, commitment=commitment, **given)
        return self.unit_of_work.write(commands.save_answer, request)

    def submits(self, report_id: str, coalition: str = "eccar", expected_version: int | None = None) -> Report:
        request = SubmitReport(coalition=coalition, report_id=report_id, expected_version=expected_version)
        return self.unit_of_work.write(commands.submit_report, request)

    def completes(self, member_id: str, cycle_id: str) -> Report:
        """A draft in which everything is answered."""
        report = self.starts_report(member_id, cycle_id)
        for number in report.numbers:
            report = self.saves_answer(report.id, number)
        return report

    def stages(self, report_id: str, coalition: str = "eccar", **changes: Any) -> File:
        given: dict[str, Any] = {"name": "Tenants.pdf", "media_type": "application/pdf", "size": 100, **changes}
        request = StageFile(coalition=coalition, owner_id=report_id, announced=Announced(**given))
        return self.unit_of_work.write(evidence.stage_evidence, request)

    def receives(self, file: File, scan: Scan = Scan.CLEAN, **changes: Any) -> File:
        given: dict[str, Any] = {
            "upload_id": new_id(),
            "sha256": "a" * 64,
            "size": file.announced.size,
            "media_type": file.announced.media_type,
            **changes,
        }
        arrival = Arrival(verdict=Verdict(scan=scan), **given)
        request = ReceiveFile(coalition=file.coalition, file_id=file.id, arrival=arrival)
        return self.unit_of_work.write(evidence.receive_evidence, request)

    def settles(self, file: File, scan: Scan = Scan.CLEAN, threat: str | None = None) -> File:
        request = SettleFile(coalition=file.coalition, file_id=file.id, verdict=Verdict(scan=scan, threat=threat))
        return self.unit_of_work.write(evidence.settle_evidence, request)

    def removes(self, file: File, expected_version: int | None = None) -> File:
        request = RemoveEvidence(coalition=file.coalition, evidence_id=file.id, expected_version=expected_version)
        return self.unit_of_work.write(evidence.remove_evidence, request)

    # What came of it

    def tells(self) -> list[Told]:
        """The messages put into the outbox since this was last asked, in order."""
        rows = [row for row in self.database["outbox"].find().sort("created", 1) if row["_id"] not in self._seen]
        self._seen |= {row["_id"] for row in rows}
        return [Told(row["type"], row["subject"], row["sequence"], row["coalition"]) for row in rows]

    def rows(self, collection: str, **query: Any) -> list[dict[str, Any]]:
        return list(self.database[collection].find(query).sort("_id", 1))

    def obligations(self, member_id: str) -> list[tuple[str, str]]:
        """Status and due date of all that a member has owed, oldest first."""
        return [(row["status"], row["due_key"]) for row in self.rows("obligations", member_id=member_id)]

    def snapshot(self) -> dict[str, Any]:
        """Everything that is stored, to see that nothing happened."""
        names = ("coalitions", "plans", "members", "calendars", "cycles", "reports", "obligations", "outbox")
        return {name: self.rows(name) for name in names}
