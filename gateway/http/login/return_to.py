"""Where to go after signing in. Only a place of this site: else a link to us could end on anybody's page."""

import re
from typing import Final

AFTER_LOGIN: Final = "/graphql"
LONGEST: Final = 500
"""It travels in a cookie."""

_OWN_PATH: Final = re.compile(r"/(?![/\\])[!-\[\]-~]*", re.ASCII)
"""One slash, then no second one (`//host`), and no backslash (browsers take it for a slash), space or control."""


def safe_return_to(wanted: str | None) -> str:
    """`wanted` when it is a path of this site, else the page that everybody starts from."""
    if wanted is None or len(wanted) > LONGEST or not _OWN_PATH.fullmatch(wanted):
        return AFTER_LOGIN
    return wanted
