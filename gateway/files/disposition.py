"""`Content-Disposition` with a name in any script: RFC 6266 and RFC 8187. Pure."""

import unicodedata
from typing import Final
from urllib.parse import quote

_ATTR_CHARS: Final = "!#$&+-.^_`|~"
"""What RFC 8187 leaves as it is, beside letters and digits."""

_PLAIN: Final = frozenset(" !#$&'()+,-.0123456789;=@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{}~")


def attachment(name: str) -> str:
    """The header's value: to be saved as `name`; for clients that cannot read that, as what of it is ASCII."""
    ascii_name = "".join(letter if letter in _PLAIN else "_" for letter in _without_marks(name))
    if ascii_name == name:
        return f'attachment; filename="{name}"'
    return f"attachment; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(name, safe=_ATTR_CHARS)}"


def _without_marks(name: str) -> str:
    decomposed = unicodedata.normalize("NFD", name)
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))
