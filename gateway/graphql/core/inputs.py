"""From GraphQL arguments to the keyword arguments of a service."""

from enum import Enum
from typing import Any

from services.chassis.kernel.errors import Path

from .text import LocalizedTextInput, text_to_wire


def to_wire(value: Any, path: Path = ()) -> Any:
    """`value` as JSON has it: enums as their wire values, input objects as objects. Raises InvalidInput at `path`."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, LocalizedTextInput):
        return text_to_wire(value, path)
    if isinstance(value, dict):
        return {key: to_wire(item, (*path, key)) for key, item in value.items()}
    if isinstance(value, list):
        return [to_wire(item, (*path, index)) for index, item in enumerate(value)]
    return value


def filters(arguments: dict[str, Any]) -> dict[str, Any]:
    """Arguments of a list on the wire, those not given left out; `order_by` becomes two keyword arguments, and `from_`,
    which only Python must call so, is `from`."""
    given = {name.rstrip("_"): to_wire(value, (name,)) for name, value in arguments.items() if value is not None}
    order = given.pop("order_by", None)
    if order is not None:
        given |= {"order_by": order["field"], "descending": order.get("direction") == "descending"}
    elif "near" in given:
        # Who asks what is near wants to read the nearest first.
        given["order_by"] = "distance"
    return given
