"""What all request schemas share. Each loads into the request of its name."""

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from marshmallow import Schema, fields, post_load, pre_load, validate

from ..kernel import requests as asked
from ..kernel.paging import MAX_PAGE_SIZE, PageRequest
from .fields import MAX_KEY, Key, Tuple, WholeNumber


class Request(Schema):
    """Unknown arguments are refused (marshmallow's default), null is as good as absent. Loading gives a `makes`, whose
    own defaults stand for what is absent."""

    makes: ClassVar[type]

    @pre_load
    def leave_out_null(self, data: Any, **_: Any) -> Any:
        if not isinstance(data, Mapping):
            return data  # refused afterwards, as what it is
        return {name: value for name, value in data.items() if value is not None}

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Any:
        return self.makes(**self.arrange(data))

    def arrange(self, data: dict[str, Any]) -> dict[str, Any]:
        """The arguments of `makes`; by default the fields as they are."""
        return data


class PagedRequest(Request):
    """A list: what `makes` makes has a `page`."""

    first = WholeNumber(minimum=1, maximum=MAX_PAGE_SIZE)
    after = fields.String(validate=validate.Length(max=2_000))
    count = fields.Boolean()

    def arrange(self, data: dict[str, Any]) -> dict[str, Any]:
        return gathered(data, "page", PageRequest, ("first", "after", "count"))


def gathered(data: dict[str, Any], name: str, makes: type, keys: tuple[str, ...]) -> dict[str, Any]:
    """`data` with those of its `keys` that are there made into one value called `name`."""
    taken = {key: data[key] for key in keys if key in data}
    return {key: value for key, value in data.items() if key not in keys} | {name: makes(**taken)}


def batch(item: fields.Field[Any], *, data_key: str | None = None) -> Tuple:
    """As many things as may be asked for at once."""
    return Tuple(item, max_items=asked.MAX_BATCH, required=True, data_key=data_key)


class Ref(Request):
    makes = asked.Ref

    coalition = Key(required=True)
    id = Key(required=True)


class OneRef(fields.Nested):
    """A `Ref`. A batch holds hundreds of them, so what is plainly one is not asked field by field."""

    def __init__(self) -> None:
        super().__init__(Ref)

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, partial: Any = None, **kwargs: Any
    ) -> Any:
        if type(value) is dict and value.keys() == _OF_A_REF and all(map(_is_plainly_a_key, value.values())):
            return asked.Ref(**value)
        return super()._deserialize(value, attr, data, partial, **kwargs)


_OF_A_REF: Final = {"coalition", "id"}


def _is_plainly_a_key(value: Any) -> bool:
    """What `Key` would accept, and give as it is."""
    return type(value) is str and value.isascii() and 0 < len(value) <= MAX_KEY and value.strip() == value


class GetByRefs(Request):
    makes = asked.GetByRefs

    refs = batch(OneRef())


class OfCoalitions(Request):
    makes = asked.OfCoalitions

    coalitions = batch(Key())
