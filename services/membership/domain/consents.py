"""Consent: to which text, in which version, a person agreed for which purpose, and when they took it back.

Separate purposes are consented to separately, with no box ticked beforehand (docs/domain.md, section 11). Who keeps
data because of a consent must be able to show it, so its history is kept.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from services.chassis.kernel.text import LocalizedText

from .errors import ConsentAlreadyGiven, ConsentNotGiven, ConsentTextNotInForce


class Purpose(StrEnum):
    SPECIAL_NEEDS = "special_needs"
    PHOTOS = "photos"
    RECORDING = "recording"
    PARTICIPANT_LIST = "participant_list"
    PUBLIC_CONTACT = "public_contact"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentTextFacts:
    """`version` is the coalition's own name for it, `valid_from` the first day on which it is the one to agree to."""

    coalition: str
    purpose: Purpose
    version: str
    text: LocalizedText
    valid_from: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentText(ConsentTextFacts):
    """Published, and never changed: another text is another version."""

    id: str
    published_at: datetime


class ConsentAct(StrEnum):
    GIVEN = "given"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentEntry:
    act: ConsentAct
    text_version: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """What one person said to one purpose of one coalition, oldest first. `pseudonym` is of their address, where it was
    verified: by it, other services find what they keep because of the consent."""

    id: str
    coalition: str
    version: int
    person_id: str
    pseudonym: str | None
    purpose: Purpose
    history: tuple[ConsentEntry, ...]

    @property
    def text_version(self) -> str | None:
        """The text agreed to at present; None: there is no consent."""
        last = self.history[-1] if self.history else None
        return last.text_version if last is not None and last.act is ConsentAct.GIVEN else None

    @property
    def is_given(self) -> bool:
        return self.text_version is not None

    def known_by(self, pseudonym: str | None) -> "Consent":
        """The same, of a person whose address is this one now."""
        return replace(self, pseudonym=pseudonym or self.pseudonym)

    def given(self, text: ConsentText, *, at: datetime) -> "Consent":
        """Raises ConsentAlreadyGiven: to the same text."""
        if self.text_version == text.version:
            raise ConsentAlreadyGiven("You have agreed to this text already.", path=("text_version",))
        return self._with(ConsentEntry(act=ConsentAct.GIVEN, text_version=text.version, at=at))

    def withdrawn(self, *, at: datetime) -> "Consent":
        """Raises ConsentNotGiven."""
        if self.text_version is None:
            raise ConsentNotGiven("You have not agreed to this, or have withdrawn it already.", path=("purpose",))
        return self._with(ConsentEntry(act=ConsentAct.WITHDRAWN, text_version=self.text_version, at=at))

    def _with(self, entry: ConsentEntry) -> "Consent":
        return replace(self, version=self.version + 1, history=(*self.history, entry))


def nothing_said(*, id: str, coalition: str, person_id: str, pseudonym: str | None, purpose: Purpose) -> Consent:
    """Before the first word: never stored."""
    return Consent(
        id=id,
        coalition=coalition,
        version=0,
        person_id=person_id,
        pseudonym=pseudonym,
        purpose=purpose,
        history=(),
    )


def text_in_force(texts: Iterable[ConsentText], *, on: date) -> ConsentText | None:
    """Of texts for one purpose, the one to agree to on that day: the one that began last."""
    begun = [text for text in texts if text.valid_from <= on]
    return max(begun, key=lambda text: text.valid_from, default=None)


def agreed_text(texts: Iterable[ConsentText], version: str, *, on: date) -> ConsentText:
    """The text of `version`, if it is the one in force. Raises ConsentTextNotInForce."""
    current = text_in_force(texts, on=on)
    if current is None:
        raise ConsentTextNotInForce("This coalition has published no text about this.", path=("purpose",))
    if current.version != version:
        raise ConsentTextNotInForce(
            f"The text in force is version {current.version!r}: read that one, then agree to it.",
            path=("text_version",),
        )
    return current
