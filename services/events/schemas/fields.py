"""Fields of this service's schemas beside those that all services share."""

from typing import Any, Final

from marshmallow import Schema, post_load

from services.chassis.schemas.fields import CountryCode, Localized, Text

from ..domain.venue import HostCity

MAX_LINE: Final = 500


def line(**options: Any) -> Text:
    """A text of one line: of a delegate, a reason, a source."""
    return Text(max_length=MAX_LINE, **options)


def localized_line(**options: Any) -> Localized:
    """A line in several languages: a title, a theme."""
    return Localized(max_length=MAX_LINE, **options)


class HostCitySchema(Schema):
    """`{"name": "Nürnberg", "country": "DE"}`."""

    name = line(required=True, metadata={"description": "As the announcement names it"})
    country = CountryCode(required=True, metadata={"description": "ISO 3166-1 alpha-2"})

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> HostCity:
        return HostCity(**data)
