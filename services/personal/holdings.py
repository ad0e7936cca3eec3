"""What a service does when an export or an erasure is requested: its part, and a receipt for it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from services.chassis.kernel.ids import new_id
from services.chassis.persistence.audit import trail
from services.chassis.persistence.unit_of_work import Work
from services.chassis.protocol.envelope import Received

from .data_subject import DataSubject
from .exports import COLLECTION, ExportPart, ExportParts
from .messages import ERASURE_REQUESTED
from .receipts import Erasure, Kept, PersonalDataErased, PersonalDataExported, Receipt, counted

_LOG_IS_KEPT: Final = (
    "The audit log says who changed and who read what, and under which name. It is kept for accountability (GDPR, "
    "article 5, paragraph 2), and nothing in it can be changed."
)

Gathered = Mapping[str, Sequence[Mapping[str, Any] | None]]
"""Documents by the name of their collection, in values that JSON has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Holdings:
    """What a service holds of people: how it finds all of one person's, and how it erases it. Both are about what
    `DataSubject` says: everywhere, or in one coalition only."""

    gather: Callable[[Work, DataSubject], Gathered]
    erase: Callable[[Work, DataSubject], Erasure]

    def answer(self, work: Work, received: Received[DataSubject]) -> None:
        """The effect of a request's message."""
        if received.envelope.type == ERASURE_REQUESTED:
            self._erase(work, received.data)
        else:
            self._export(work, received.data)

    def _export(self, work: Work, subject: DataSubject) -> None:
        gathered = self.gather(work, subject)
        part = ExportPart(
            id=subject.request_id,
            requested_by=subject.requested_by,
            coalition=subject.coalition,
            person_ids=subject.person_ids,
            pseudonym=subject.pseudonym,
            made_at=work.now,
            data={what: list(found) for what, found in gathered.items()},
        )
        ExportParts(work).keep(part)
        counts = counted({what: len(found) for what, found in gathered.items()})
        work.publish(PersonalDataExported(_receipt(subject, counts=counts)))

    def _erase(self, work: Work, subject: DataSubject) -> None:
        erasure = self.erase(work, subject)
        counts = counted({**erasure.counts, COLLECTION: ExportParts(work).delete_of(subject)})
        kept = (*erasure.kept, *_kept_in_the_audit_log(work, subject))
        work.publish(PersonalDataErased(_receipt(subject, counts=counts, kept=kept)))


def _kept_in_the_audit_log(work: Work, subject: DataSubject) -> Iterator[Kept]:
    count = trail.count_done_by(work, subject.person_ids, coalition=subject.coalition)
    if count:
        yield Kept(what="audit", count=count, reason=_LOG_IS_KEPT)


def _receipt(subject: DataSubject, **content: Any) -> Receipt:
    return Receipt(id=new_id(), request_id=subject.request_id, coalition=subject.coalition or "", **content)
