"""A client by ariadne-codegen: `python client.py URL TOKEN COALITION`. Prints what it found as JSON."""

import json
import sys

from platform_client import Platform
from platform_client.enums import LegalType, MembershipErrorCode
from platform_client.input_types import RegisterCityInput

url, token, coalition = sys.argv[1:]
somebody = Platform(url=url, headers={"Authorization": f"Bearer {token}"})
nobody = Platform(url=url)

city = RegisterCityInput(name="Modelton", country="AT", legal_type=LegalType.CITY)
directory = nobody.directory(coalition=coalition, count=3).members
first = somebody.register_city(input=city).register_city
again = somebody.register_city(input=city).register_city
by_nobody = nobody.register_city(input=city).register_city
assert again.errors[0].code is MembershipErrorCode.CITY_ALREADY_REGISTERED

print(
    json.dumps(
        {
            "total": directory.total_count,
            "members": [f"{edge.node.city.name} ({edge.node.city.country.code})" for edge in directory.edges],
            "me": somebody.whoever().me.name,
            "city": first.city.name,
            "again": [[error.code.value, error.path] for error in again.errors],
            "byNobody": [[error.code.value, error.path] for error in by_nobody.errors],
        }
    )
)
