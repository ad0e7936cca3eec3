"""A look at a document's text before it is parsed: the parser takes some four microseconds for each token, a match of a
regular expression a twentieth of that.

Each definition is counted by itself, and fragments are not spread, so no count here is higher than the one that
`document` would find: nothing is refused that would pass there.
"""

import re
from dataclasses import dataclass
from itertools import islice
from typing import Final

from gateway.door import Limits

from .exceeded import LimitExceeded, compare

_TOKEN: Final = re.compile(
    # White space first, then always something, if only the end: so each character is looked at once.
    r"""[\s,\ufeff]*+(
        \"\"\"(?:[^"\\]|\\\"\"\"|\\|"(?!""))*+(?:\"\"\")?
      | "(?:[^"\\\n\r]|\\.)*+"?
      | \#[^\n\r]*+
      | [A-Za-z_][0-9A-Za-z_]*+
      | -?[0-9][0-9.eE+-]*+
      | \.\.\.
      | \Z
      | .
    )""",
    re.VERBOSE,
)
_NOT_FIELDS_AFTER: Final = frozenset({"...", "@", ":", "on", "$"})


@dataclass(slots=True)
class _Definition:
    fields: int = 0
    aliases: int = 0
    directives: int = 0
    depth: int = 0


def scan(text: str, limits: Limits) -> None:
    """Raises LimitExceeded. The text need not be GraphQL."""
    compare("characters", len(text), limits.characters)
    _scan(text, limits)


def _scan(text: str, limits: Limits) -> None:
    definition, inside, level, previous, comments = _Definition(), 0, 0, "", 0
    matches = islice(_TOKEN.finditer(text), limits.tokens + limits.comments + 2)
    for number, match in enumerate(matches):
        token = match[1]
        if not token:
            break
        first = token[0]
        if first == "#":
            comments += 1
            continue
        if number - comments >= limits.tokens:
            raise _endless("tokens", limits.tokens)
        if first == "(":
            inside += 1
        elif first == ")":
            inside -= 1
        elif inside > 0:
            continue  # arguments: what looks like selections there is not
        elif first == "{":
            level += 1
            definition.depth = max(definition.depth, level)
        elif first == "}":
            level -= 1
            if level <= 0:
                _compare(definition, limits)
                definition, level = _Definition(), 0
        elif first == ":":
            definition.aliases += 1
        elif first == "@":
            definition.directives += 1
        elif level and previous not in _NOT_FIELDS_AFTER and (first.isalpha() or first == "_"):
            definition.fields += 1
        previous = token
    if comments > limits.comments:
        raise _endless("comments", limits.comments)
    _compare(definition, limits)


def _compare(definition: _Definition, limits: Limits) -> None:
    compare("fields", definition.fields, limits.fields)
    compare("aliases", definition.aliases, limits.aliases)
    compare("directives", definition.directives, limits.directives)
    # In introspection other levels count; the deeper of both bounds is the one that nothing passes.
    compare("depth", definition.depth, limits.depth + limits.introspection_depth)


def _endless(name: str, allowed: int) -> LimitExceeded:
    message = f"The query has too many {name}: more than the {allowed} that are allowed."
    return LimitExceeded(message, name=name, asked=None, allowed=allowed)
