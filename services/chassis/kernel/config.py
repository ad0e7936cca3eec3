"""Configuration: read once from the environment, typed, failing at start with a sentence a person can act on."""

import os
from collections.abc import Callable, Mapping, Sequence
from typing import Final, Literal, TypeVar

T = TypeVar("T")
RunMode = Literal["production", "development"]
RUN_MODES: Final = ("production", "development")


class ConfigurationError(Exception):
    """A setting is missing or malformed; the message names the variable and says what it must be."""


class Secret:
    """A text that does not print itself. `reveal()` gives it to the one place that needs it."""

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        return self._value

    def __repr__(self) -> str:
        return "Secret('**********')"

    def __str__(self) -> str:
        return "**********"


class Environment:
    """Reads typed settings from environment variables. A setting without a default is required."""

    def __init__(self, values: Mapping[str, str] | None = None) -> None:
        self._values = os.environ if values is None else values

    def text(self, name: str, default: str | None = None) -> str:
        return self._read(name, default, str, "a text")

    def secret(self, name: str, default: str | None = None) -> Secret:
        return Secret(self.text(name, default))

    def integer(self, name: str, default: int | None = None, *, minimum: int = 0) -> int:
        def parse(text: str) -> int:
            number = int(text)
            if number < minimum:
                raise ValueError
            return number

        return self._read(name, default, parse, f"a whole number, at least {minimum}")

    def seconds(self, name: str, default: float | None = None) -> float:
        def parse(text: str) -> float:
            number = float(text)
            if not 0 <= number < float("inf"):
                raise ValueError
            return number

        return self._read(name, default, parse, "a number of seconds, zero or more")

    def durations(self, name: str, default: tuple[float, ...] | None = None) -> tuple[float, ...]:
        def parse(text: str) -> tuple[float, ...]:
            numbers = tuple(float(part) for part in text.split(","))
            if not all(0 < number < float("inf") for number in numbers):
                raise ValueError
            return numbers

        return self._read(name, default, parse, "numbers of seconds, each above zero, separated by commas")

    def choice(self, name: str, choices: Sequence[str], default: str | None = None) -> str:
        def parse(text: str) -> str:
            if text not in choices:
                raise ValueError
            return text

        return self._read(name, default, parse, "one of " + ", ".join(choices))

    def _read(self, name: str, default: T | None, parse: Callable[[str], T], expected: str) -> T:
        text = self._values.get(name)
        if text is None or text == "":
            if default is None:
                raise ConfigurationError(f"The environment variable {name} is not set: it must be {expected}.")
            return default
        try:
            return parse(text)
        except ValueError:
            raise ConfigurationError(f"The environment variable {name} is {text!r}: it must be {expected}.") from None


def run_mode(environment: Environment) -> RunMode:
    """`RUN_MODE`: production unless said otherwise. Development reports the calls of a request on demand."""
    mode = environment.choice("RUN_MODE", RUN_MODES, "production")
    return "development" if mode == "development" else "production"
