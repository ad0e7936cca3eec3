"""Requests that ask."""

from typing import Any, get_args

from marshmallow import ValidationError, fields, validate, validates_schema

from services.chassis.schemas.fields import MAX_NAME, CountryCode, Key, Term, Tuple, itself
from services.chassis.schemas.requests import PagedRequest, Request, batch, gathered

from ...domain import requests as asked
from ...domain.city import LegalType
from ...domain.standing import Standing


class GetByKeys(Request):
    makes = asked.GetByKeys

    keys = batch(Key())


class GetByIds(Request):
    makes = asked.GetByIds

    ids = batch(Key())


class ListMembershipsOfCity(Request):
    makes = asked.GetByIds

    ids = batch(Key(), data_key="city_ids")


class ListCoalitions(PagedRequest):
    makes = asked.ListCoalitions


class ListCities(PagedRequest):
    makes = asked.ListCities

    search = fields.String(validate=validate.Length(max=MAX_NAME))
    country = CountryCode()
    legal_type = Term(LegalType)

    def arrange(self, data: dict[str, Any]) -> dict[str, Any]:
        return gathered(super().arrange(data), "filter", asked.CityFilter, ("search", "country", "legal_type"))


class _Near(Request):
    makes = asked.Near

    latitude = fields.Float(required=True, validate=validate.Range(min=-90, max=90))
    longitude = fields.Float(required=True, validate=validate.Range(min=-180, max=180))
    # Half the circumference of the earth: nothing is farther away.
    within_km = fields.Float(required=True, validate=validate.Range(min=0, max=20_037, min_inclusive=False))


class _MemberList(PagedRequest):
    makes = asked.ListMembers

    country = CountryCode()
    standings = Tuple(Term(Standing), max_items=20, distinct_by=itself, data_key="standing")
    legal_type = Term(LegalType)
    search = fields.String(validate=validate.Length(max=MAX_NAME))
    near = fields.Nested(_Near)
    order_by = fields.String(validate=validate.OneOf(get_args(asked.MemberOrder)))
    descending = fields.Boolean()

    @validates_schema
    def check_distance(self, data: dict[str, Any], **_: Any) -> None:
        if data.get("order_by") == "distance" and "near" not in data:
            raise ValidationError("An order by distance needs a position: give `near`.", "near")

    def arrange(self, data: dict[str, Any]) -> dict[str, Any]:
        keys = ("country", "standings", "legal_type", "search", "near")
        return gathered(super().arrange(data), "filter", asked.MemberFilter, keys)


class ListMembers(_MemberList):
    coalition = Key(required=True)

    def arrange(self, data: dict[str, Any]) -> dict[str, Any]:
        data["coalitions"] = (data.pop("coalition"),)
        return super().arrange(data)


class ListMembersOf(_MemberList):
    coalitions = batch(Key())
