"""Requests that ask."""

from typing import Any, get_args

from marshmallow import ValidationError, fields, validate, validates_schema

from ...domain.city import LegalType
from ...domain.questions import (
    CityFilter,
    GetByIds,
    GetByKeys,
    GetByReferences,
    ListCities,
    ListCoalitions,
    ListMembers,
    MemberFilter,
    MemberOrder,
    Near,
    OfCoalitions,
    Reference,
)
from ...domain.standing import Standing
from ..fields import MAX_NAME, CountryCode, Name, Tuple, itself, term
from .base import MAX_BATCH, PageFields, Request, take_page


def _batch(item: fields.Field[Any]) -> Tuple:
    return Tuple(item, max_items=MAX_BATCH, required=True)


class GetByKeysSchema(Request):
    makes = GetByKeys
    keys = _batch(Name())


class GetByIdsSchema(Request):
    makes = GetByIds
    ids = _batch(Name())


class MembershipsOfCitySchema(Request):
    makes = GetByIds
    city_ids = _batch(Name())

    def arrange(self, data: dict[str, Any]) -> dict[str, Any]:
        return {"ids": data["city_ids"]}


class ReferenceSchema(Request):
    makes = Reference
    coalition = Name(required=True)
    id = Name(required=True)


class GetByReferencesSchema(Request):
    makes = GetByReferences
    refs = _batch(fields.Nested(ReferenceSchema))


class OfCoalitionsSchema(Request):
    makes = OfCoalitions
    coalitions = _batch(Name())


class ListCoalitionsSchema(PageFields, Request):
    makes = ListCoalitions

    def arrange(self, data: dict[str, Any]) -> dict[str, Any]:
        return {"page": take_page(data)}


class ListCitiesSchema(PageFields, Request):
    makes = ListCities

    search = fields.String(load_default=None, validate=validate.Length(max=MAX_NAME))
    country = CountryCode(load_default=None)
    legal_type = term(LegalType, load_default=None)

    def arrange(self, data: dict[str, Any]) -> dict[str, Any]:
        page = take_page(data)
        return {"filter": CityFilter(**data), "page": page}


class NearSchema(Request):
    makes = Near

    latitude = fields.Float(required=True, validate=validate.Range(min=-90, max=90))
    longitude = fields.Float(required=True, validate=validate.Range(min=-180, max=180))
    # Half the circumference of the earth: nothing is farther away.
    within_km = fields.Float(required=True, validate=validate.Range(min=0, max=20_037, min_inclusive=False))


class MemberListFields(PageFields):
    """Filter and order of every list of members."""

    country = CountryCode(load_default=None)
    standing = Tuple(term(Standing), max_items=20, distinct_by=itself, load_default=None)
    legal_type = term(LegalType, load_default=None)
    search = fields.String(load_default=None, validate=validate.Length(max=MAX_NAME))
    near = fields.Nested(NearSchema, load_default=None)
    order_by = fields.String(validate=validate.OneOf(get_args(MemberOrder)), load_default="name", allow_none=True)
    descending = fields.Boolean(load_default=False, allow_none=True)

    @validates_schema
    def check_distance(self, data: dict[str, Any], **_: Any) -> None:
        if data["order_by"] == "distance" and data["near"] is None:
            raise ValidationError("An order by distance needs a position: give `near`.", "near")


class ListMembersSchema(MemberListFields, Request):
    makes = ListMembers
    coalition = Name(required=True)

    def arrange(self, data: dict[str, Any]) -> dict[str, Any]:
        return _member_list(data, (data["coalition"],))


class ListMembersOfSchema(MemberListFields, Request):
    makes = ListMembers
    coalitions = _batch(Name())

    def arrange(self, data: dict[str, Any]) -> dict[str, Any]:
        return _member_list(data, data["coalitions"])


def _member_list(data: dict[str, Any], coalitions: tuple[str, ...]) -> dict[str, Any]:
    return {
        "coalitions": coalitions,
        "filter": MemberFilter(
            country=data["country"],
            standings=data["standing"],
            legal_type=data["legal_type"],
            search=data["search"],
            near=data["near"],
        ),
        "order_by": data["order_by"] or "name",
        "descending": bool(data["descending"]),
        "page": take_page(data),
    }
