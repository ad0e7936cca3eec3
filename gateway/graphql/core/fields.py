"""Fields, with what must be known about them as data on the field."""

from functools import partial
from typing import Any

import graphene

from .ids import GlobalId, id_of
from .resolving import derived

PAGED = "first"
"""As `rows`: the field's argument `first` says how many."""

ROWS_OF_A_LIST = 10
"""How many objects a list without a bound is taken to give, when nothing better is known."""


class Field(graphene.Field):
    """A field with a description and with what must be known about it.

    `rows`: how many objects it gives, for the cost of a query. `asks`: the method of a service that answers it
    (`membership.list_members`), whose rights its description tells; a resolver that knows has it as its own `asks`.
    `needs`: the same in words, where no one method answers.
    """

    def __init__(
        self,
        type_: Any,
        description: str,
        *,
        rows: int | str | None = None,
        asks: str | None = None,
        needs: str | None = None,
        **options: Any,
    ) -> None:
        super().__init__(type_, description=description, **options)
        self.rows = rows
        self.asks = asks or getattr(options.get("resolver"), "asks", None)
        self.needs = needs


def leaf(type_: Any, description: str, *, required: bool = False, **options: Any) -> Field:
    """A field that is copied from the view."""
    return Field(graphene.NonNull(type_) if required else type_, description, **options)


def leaves(type_: Any, description: str, **options: Any) -> Field:
    """A list of values that is never null and holds no null."""
    return Field(graphene.NonNull(graphene.List(graphene.NonNull(type_))), description, **options)


def objects(
    type_: Any, description: str, *, rows: int | str = ROWS_OF_A_LIST, required: bool = False, **options: Any
) -> Field:
    """A list of objects that holds no null; it is null itself when the service that knows it is away."""
    list_type = graphene.List(graphene.NonNull(type_))
    return Field(graphene.NonNull(list_type) if required else list_type, description, rows=rows, **options)


def argument(type_: Any, description: str, **options: Any) -> Any:
    return graphene.Argument(type_, description=description, **options)


def coalition_argument() -> Any:
    return argument(graphene.NonNull(graphene.String), "The coalition's key.")


def global_id(type_name: str) -> Field:
    return leaf(
        graphene.ID,
        "Identifies this object among all objects of the platform; opaque.",
        required=True,
        resolver=derived(partial(id_of, type_name)),
    )


def key_id(type_name: str, attribute: str) -> Field:
    """The global id of what is known by a key of its own."""
    return leaf(
        graphene.ID,
        "Identifies this object among all objects of the platform; opaque.",
        required=True,
        resolver=derived(lambda view: str(GlobalId(type_name, view[attribute]))),
    )


def version_field() -> Field:
    return leaf(
        graphene.Int,
        "Grows by one with each change. Given back as `expectedVersion`, it protects the changes of others.",
        required=True,
    )


def input_value(type_: Any, description: str, *, required: bool = False, **options: Any) -> Any:
    """A field of an input object."""
    return graphene.InputField(graphene.NonNull(type_) if required else type_, description=description, **options)


def input_list(type_: Any, description: str, *, required: bool = False, **options: Any) -> Any:
    list_type = graphene.List(graphene.NonNull(type_))
    return graphene.InputField(
        graphene.NonNull(list_type) if required else list_type, description=description, **options
    )


def expected_version() -> Any:
    """The field of a command that guards against lost updates."""
    return input_value(
        graphene.Int, "The `version` the change is based on; when it is not the newest, nothing is changed."
    )


def optional_list(type_: Any, description: str) -> Any:
    """A list of an input object that is empty when it is not given."""
    return input_list(type_, description, required=True, default_value=[])
