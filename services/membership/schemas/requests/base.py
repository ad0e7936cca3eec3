"""What all request schemas share."""

from typing import Any, ClassVar, Final

from marshmallow import Schema, fields, post_load, validate

from ...domain.questions import PageArguments
from ..fields import Name, whole_number

MAX_BATCH: Final = 1_000
MAX_PAGE: Final = 200
DEFAULT_PAGE: Final = 50
MAX_VERSION: Final = 2**31 - 1


class Request(Schema):
    """Unknown arguments are refused (marshmallow's default). Loading gives a `makes`."""

    makes: ClassVar[type]

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Any:
        return self.makes(**self.arrange(data))

    def arrange(self, data: dict[str, Any]) -> dict[str, Any]:
        """The arguments of `makes`; by default the fields as they are."""
        return data


class PageFields(Schema):
    """Arguments of every list; `take_page` puts them together."""

    first = whole_number(minimum=1, maximum=MAX_PAGE, load_default=DEFAULT_PAGE, allow_none=True)
    after = fields.String(load_default=None, validate=validate.Length(max=2_000))
    count = fields.Boolean(load_default=False, allow_none=True)


def take_page(data: dict[str, Any]) -> PageArguments:
    """Take the page's arguments out of `data`."""
    first, after, count = (data.pop(name) for name in ("first", "after", "count"))
    return PageArguments(first=first or DEFAULT_PAGE, after=after, count=bool(count))


class AggregateFields(Schema):
    """Where the aggregate of a command is, and which version of it was decided on."""

    coalition = Name(required=True)
    member_id = Name(required=True)
    expected_version = whole_number(minimum=1, maximum=MAX_VERSION, load_default=None)
