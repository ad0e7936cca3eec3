"""What a command changed, field by field."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import zip_longest
from typing import Any, Final

from .rules import Audited, AuditRules

_ABSENT: Final = object()

Document = Mapping[str, Any]
Difference = tuple[str, Any, Any]
"""The path of a field, its value before, its value after."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Of one document: `before` None is a new one, `after` None one that is gone."""

    collection: str
    coalition: str | None
    before: Document | None
    after: Document | None

    @property
    def id(self) -> str:
        return str(self._known["_id"])

    @property
    def version(self) -> int | None:
        return self._known.get("version")

    @property
    def _known(self) -> Document:
        known = self.before if self.after is None else self.after
        assert known is not None
        return known

    def people(self, rules: AuditRules) -> list[str]:
        """The ids of the people whom the document is about."""
        field = rules.of(self.collection).person
        said = None if field is None else self._known.get(field)
        return [str(each) for each in (said if isinstance(said, list | tuple) else [said]) if each is not None]


def told(change: Change, rules: AuditRules) -> dict[str, Any] | None:
    """`change` as the log tells it, or None when nothing changed but the version.

    `before` and `after` hold the fields that differ, by their path ("title.texts.de", "answers.3.status"); `concealed`
    names the fields whose values are not shown. Of a document that is new or gone, one of the two is None.
    """
    audited = rules.of(change.collection)
    changed = _changed_fields(change, audited)
    if not changed and change.before is not None and change.after is not None:
        return None
    shown = [each for name in changed if audited.is_shown(name) for each in differences(name, *changed[name])]
    people = change.people(rules)
    return {
        "collection": change.collection,
        "id": change.id,
        "version": change.version,
        "before": None if change.before is None else {path: old for path, old, _ in shown if old is not _ABSENT},
        "after": None if change.after is None else {path: new for path, _, new in shown if new is not _ABSENT},
        "concealed": sorted(name for name in changed if not audited.is_shown(name)),
        **({"people": people} if people else {}),
    }


def differences(path: str, old: Any, new: Any) -> Iterator[Difference]:
    """The innermost fields in which two values differ. Items of lists are fields named by their position."""
    if old == new:
        return
    if isinstance(old, dict) and isinstance(new, dict):
        for name in {**old, **new}:
            yield from differences(f"{path}.{name}", old.get(name, _ABSENT), new.get(name, _ABSENT))
    elif isinstance(old, list) and isinstance(new, list):
        for position, (one, other) in enumerate(zip_longest(old, new, fillvalue=_ABSENT)):
            yield from differences(f"{path}.{position}", one, other)
    else:
        yield path, old, new


def _changed_fields(change: Change, audited: Audited) -> dict[str, tuple[Any, Any]]:
    """The values before and after of each field that differs."""
    before, after = change.before or {}, change.after or {}
    both = {
        name: (plain(before.get(name, _ABSENT)), plain(after.get(name, _ABSENT)))
        for name in {**before, **after}
        if audited.is_told(name) and before.get(name, _ABSENT) != after.get(name, _ABSENT)
    }
    return {name: (old, new) for name, (old, new) in both.items() if old != new}


def plain(value: Any) -> Any:
    """As MongoDB gives it back: a tuple becomes a list there, a term its text."""
    if isinstance(value, Mapping):
        return {name: plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return str(value) if isinstance(value, StrEnum) else value
