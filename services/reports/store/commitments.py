"""Commitments as parts of other documents."""

from collections.abc import Sequence

from services.chassis.kernel.text import LocalizedText
from services.chassis.persistence.collection import Document

from ..domain.plans import Commitment


def to_documents(commitments: Sequence[Commitment]) -> list[Document]:
    return [{"number": each.number, "title": each.title.as_dict()} for each in commitments]


def from_documents(documents: Sequence[Document]) -> tuple[Commitment, ...]:
    return tuple(Commitment(number=each["number"], title=LocalizedText.from_dict(each["title"])) for each in documents)
