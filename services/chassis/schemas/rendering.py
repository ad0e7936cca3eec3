"""What a marshmallow schema dumps, by plain functions that are made once for each schema.

Marshmallow looks at each field of each object anew: where its value may be, and what may be done with it. A view's
things are dataclasses and most of their values are shown as they are, so a list of them is rendered in a quarter of the
time. Whatever is not as expected there is left to marshmallow.
"""

from collections.abc import Callable
from functools import partial
from operator import attrgetter
from typing import Any

from marshmallow import Schema, fields

Render = Callable[[Any], Any]


def renderer(schema: Schema) -> Render:
    """Gives what `schema.dump` gives of one thing."""
    dump = partial(schema.dump, many=False)
    parts = [_part(schema, name, field) for name, field in schema.dump_fields.items()]

    def render(thing: Any) -> Any:
        if hasattr(thing, "__getitem__"):
            return dump(thing)
        try:
            return {key: value(thing) for key, value in parts}
        except AttributeError:
            # Marshmallow leaves out what is not there.
            return dump(thing)

    return dump if schema._hooks["post_dump"] or schema._hooks["pre_dump"] else render


def _part(schema: Schema, name: str, field: fields.Field[Any]) -> tuple[str, Render]:
    key = name if field.data_key is None else field.data_key
    if not field._CHECK_ATTRIBUTE:
        return key, lambda thing: field.serialize(name, thing, accessor=schema.get_attribute)
    read, show = attrgetter(field.attribute or name), _show(field, name)
    same = _given_back(field)

    def value(thing: Any) -> Any:
        found = read(thing)
        return found if found is None or type(found) is same else show(found)

    return key, value


def _given_back(field: fields.Field[Any]) -> type | None:
    """Values of which type a field shows as they are."""
    serialize = _serialization(field)
    if isinstance(field, fields.Number) and serialize is fields.Number._serialize and not field.as_string:
        return field.num_type
    if serialize is fields.String._serialize:
        return str
    return bool if serialize is fields.Boolean._serialize else None


def _serialization(field: fields.Field[Any]) -> Any:
    return type(field)._serialize


def _show(field: fields.Field[Any], name: str) -> Render:
    """How a value that is not None is shown."""
    serialize = _serialization(field)
    if isinstance(field, fields.List) and serialize is fields.List._serialize:
        same, show = _given_back(field.inner), _show(field.inner, name)
        return lambda values: [each if each is None or type(each) is same else show(each) for each in values]
    if isinstance(field, fields.Nested) and serialize is fields.Nested._serialize:
        render = renderer(field.schema)
        is_list = field.schema.many or field.many
        return (lambda things: [render(each) for each in things]) if is_list else render
    if isinstance(field, fields.Enum) and serialize is fields.Enum._serialize and field.by_value is True:
        return lambda term: term.value
    return lambda value: serialize(field, value, name, None)
