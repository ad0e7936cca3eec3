"""A dead letter as JSON, as a row of a table, and in full."""

from datetime import datetime
from typing import Any

import orjson

from ...messaging.dead_letters import DeadLetter
from .durations import spoken
from .output import encode, instant, iso

ID_COLUMN = "id / queue"
COLUMNS = (ID_COLUMN, "type / coalition / correlation id", "error", "failed first / last")

_HEX_WIDTH = 16


def document(letter: DeadLetter, now: datetime) -> dict[str, Any]:
    """Without headers and body."""
    age = letter.age(now)
    return {
        "queue": letter.queue,
        "id": letter.id,
        "type": letter.type or None,
        "coalition": letter.coalition or None,
        "error_code": letter.code,
        "error_text": letter.text,
        "attempts": letter.attempts,
        "first_failed_at": iso(letter.first_failed_at),
        "last_failed_at": iso(letter.last_failed_at),
        "correlation_id": letter.correlation_id or None,
        "age_seconds": None if age is None else round(age.total_seconds(), 3),
    }


def full_document(letter: DeadLetter, now: datetime) -> dict[str, Any]:
    """With headers and body: `body` is the JSON value, or null; then `body_hex` is there instead."""
    value = _json_value(letter.body)
    return {
        **document(letter, now),
        "content_type": letter.content_type,
        "content_encoding": letter.content_encoding,
        "headers": dict(letter.headers),
        "body": value,
        "body_hex": letter.body.hex() if value is None else None,
    }


def cells(letter: DeadLetter, now: datetime) -> tuple[str, ...]:
    return (
        f"{letter.id}\n{letter.queue}",
        f"{letter.type or '–'}\n{letter.coalition or '–'}\n{letter.correlation_id or '–'}",
        f"{letter.code}\n{letter.text}",
        f"{instant(letter.first_failed_at)}\n{instant(letter.last_failed_at)}\n{_how_often(letter, now)}",
    )


def _how_often(letter: DeadLetter, now: datetime) -> str:
    """Such as `4 attempts, 3d 4h ago`; what nobody wrote down is left out."""
    age = letter.age(now)
    attempts = None if letter.attempts is None else f"{letter.attempts} attempt{'s' * (letter.attempts != 1)}"
    return ", ".join(part for part in (attempts, None if age is None else f"{spoken(age)} ago") if part)


def in_full(letter: DeadLetter, now: datetime) -> str:
    """Headers and body for a person to read; a body that is not JSON as hexadecimal with its text beside it."""
    fields = {**document(letter, now), "content_type": letter.content_type, "headers": ""}
    width = max(len(name) for name in (*fields, *letter.headers)) + 4
    lines = [f"{name:<{width}}{'–' if value is None else value}".rstrip() for name, value in fields.items()]
    lines += [f"  {name:<{width - 2}}{_one_line(value)}" for name, value in sorted(letter.headers.items())]
    value = _json_value(letter.body)
    if value is not None:
        return "\n".join([*lines, "body", encode(value, indented=True)])
    return "\n".join([*lines, f"body, not JSON, {len(letter.body)} bytes", *_hex_lines(letter.body)])


def _one_line(value: Any) -> str:
    return value if isinstance(value, str) else encode(value)


def _json_value(body: bytes) -> Any:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return None


def _hex_lines(body: bytes) -> list[str]:
    lines = []
    for start in range(0, len(body), _HEX_WIDTH):
        chunk = body[start : start + _HEX_WIDTH]
        text = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in chunk)
        lines.append(f"{start:06x}  {chunk.hex(' '):<{_HEX_WIDTH * 3 - 1}}  {text}")
    return lines
