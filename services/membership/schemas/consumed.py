"""Tolerant copies of the receipts of all services, this one among them: the fields that it reads, and no others."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from marshmallow import Schema, fields

from services.chassis.schemas.messages import Copy
from services.personal.receipts import Counted, Kept

from ..domain.data_requests import SERVICES


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptState:
    request_id: str
    coalition: str
    counts: tuple[Counted, ...]
    kept: tuple[Kept, ...]


class CountedCopy(Copy):
    makes = Counted

    what = fields.String(required=True)
    count = fields.Integer(required=True)


class KeptCopy(Copy):
    makes = Kept

    what = fields.String(required=True)
    count = fields.Integer(required=True)
    reason = fields.String(required=True)


class ReceiptCopy(Copy):
    makes = ReceiptState

    request_id = fields.String(required=True)
    coalition = fields.String(required=True)
    counts = fields.List(fields.Nested(CountedCopy), required=True)
    kept = fields.List(fields.Nested(KeptCopy), required=True)


def _messages() -> dict[str, Schema]:
    kinds = ("personal_data_exported", "personal_data_erased")
    return {f"{service}.{kind}.v1": ReceiptCopy() for service in SERVICES for kind in kinds}


RECEIPT_MESSAGES: Final[Mapping[str, Schema]] = _messages()
