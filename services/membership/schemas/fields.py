"""Fields of this service's schemas beside those that all services share."""

from collections.abc import Mapping
from typing import Any

import pycountry
from marshmallow import ValidationError, fields


class CurrencyCode(fields.String):
    """ISO 4217, in capitals inside."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        code = super()._deserialize(value, attr, data, **kwargs).upper()
        if pycountry.currencies.get(alpha_3=code) is None:
            raise ValidationError(f"{code!r} is no currency of ISO 4217 (three letters, such as EUR).")
        return code
