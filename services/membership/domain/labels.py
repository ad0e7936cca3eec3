"""Terms of the domain as they read in a sentence."""

from enum import StrEnum


def label(term: StrEnum) -> str:
    """`no_longer_listed` → "no longer listed"."""
    return term.value.replace("_", " ")
