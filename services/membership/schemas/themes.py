"""The vocabulary of themes that links commitments of different plans. It is data: `themes.json` beside this module."""

import json
from importlib.resources import files
from typing import Final

THEMES: Final[frozenset[str]] = frozenset(
    json.loads(files(__package__).joinpath("themes.json").read_text(encoding="utf-8"))["themes"]
)
