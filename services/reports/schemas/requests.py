"""What callers may send, method by method. Bad input is refused with one violation per wrong field."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from marshmallow import RAISE, Schema, fields, post_load, pre_load
from marshmallow.validate import Length, Range

from ..domain import requests as asked
from ..domain.statuses import AnswerStatus, ObligationStatus, ReportStatus
from .fields import LocalizedTextField

DEFAULT_PAGE_SIZE: Final = 50
MAX_PAGE_SIZE: Final = 200
MAX_BATCH: Final = 1000
_LONGEST_KEY: Final = 100


def _text() -> fields.String:
    """A key, id or label."""
    return fields.String(required=True, validate=Length(1, _LONGEST_KEY))


def _optional_text() -> fields.String:
    return fields.String(validate=Length(1, _LONGEST_KEY))


class RequestSchema(Schema):
    """Makes `makes` of what it loads. An optional field may be absent or null."""

    class Meta:
        unknown = RAISE

    makes: Callable[..., Any]

    @pre_load
    def drop_nulls(self, data: Mapping[str, Any], **_: Any) -> dict[str, Any]:
        return {name: value for name, value in data.items() if value is not None}

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Any:
        return type(self).makes(**{name: _frozen(value) for name, value in data.items()})


class OpenCycle(RequestSchema):
    makes = asked.OpenCycle

    coalition = _text()
    name = LocalizedTextField(required=True)
    period_start = fields.Date(required=True)
    period_end = fields.Date(required=True)
    opens_on = fields.Date()
    due_on = fields.Date(required=True)
    plan_version = _optional_text()


class StartReport(RequestSchema):
    makes = asked.StartReport

    coalition = _text()
    member_id = _text()
    cycle_id = _text()


class SubmitReport(RequestSchema):
    makes = asked.SubmitReport

    coalition = _text()
    report_id = _text()
    expected_version = fields.Integer(strict=True)


class SaveAnswer(RequestSchema):
    makes = asked.SaveAnswer

    coalition = _text()
    report_id = _text()
    commitment = fields.Integer(required=True, strict=True)
    status = fields.Enum(AnswerStatus, by_value=True, required=True)
    text = LocalizedTextField()
    expected_version = fields.Integer(strict=True)


class Ref(RequestSchema):
    makes = asked.Ref

    coalition = _text()
    id = _text()


class ByRefs(RequestSchema):
    makes = asked.ByRefs

    refs = fields.List(fields.Nested(Ref), required=True, validate=Length(max=MAX_BATCH))


class ListCycles(RequestSchema):
    makes = asked.ListCycles

    coalitions = fields.List(_text(), required=True, validate=Length(max=MAX_BATCH))


class PagedSchema(RequestSchema):
    first = fields.Integer(strict=True, load_default=DEFAULT_PAGE_SIZE, validate=Range(1, MAX_PAGE_SIZE))
    after = fields.String()
    count = fields.Boolean(load_default=False)


class ListReports(PagedSchema):
    makes = asked.ListReports

    coalition = _text()
    cycle_id = _optional_text()
    member_id = _optional_text()
    status = fields.Enum(ReportStatus, by_value=True)


class ListObligationsOf(PagedSchema):
    makes = asked.ListObligations

    coalitions = fields.List(_text(), required=True, validate=Length(max=MAX_BATCH))
    due_before = fields.Date()
    status = fields.Enum(ObligationStatus, by_value=True)


class ListObligations(PagedSchema):
    coalition = _text()
    due_before = fields.Date()
    status = fields.Enum(ObligationStatus, by_value=True)

    @staticmethod
    def makes(*, coalition: str, **rest: Any) -> asked.ListObligations:
        return asked.ListObligations(coalitions=(coalition,), **rest)


class ProjectedMembers(RequestSchema):
    makes = asked.ProjectedMembers

    coalition = _text()


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
