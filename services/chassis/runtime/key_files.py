"""The keys of the principal on the bus, as files of one folder.

`principal-signing-key.json` (private) is the gateway's, `principal-keys.json` (public) every service's. A new key is
first published, so that all services know it, and only then used.
"""

import json
import os
import secrets
from pathlib import Path
from typing import Any, Final

from ..kernel.ids import new_id
from ..protocol.principal import new_key, public

SIGNING_KEY: Final = "principal-signing-key.json"
NEXT_KEY: Final = "principal-signing-key.next.json"
PUBLIC_KEYS: Final = "principal-keys.json"
PSEUDONYM_KEY: Final = "pseudonym-key"
_PSEUDONYM_BYTES: Final = 32


class KeysNotReady(Exception):
    """The step cannot be taken now; the message says which comes first."""


def ensure_keys(directory: Path) -> None:
    """Make the keys that are not there yet. Raises OSError."""
    directory.mkdir(parents=True, exist_ok=True)
    if not (directory / SIGNING_KEY).exists():
        publish_key(directory)
        activate_key(directory)
    if not (directory / PSEUDONYM_KEY).exists():
        _write(directory / PSEUDONYM_KEY, secrets.token_hex(_PSEUDONYM_BYTES))


def key_settings(directory: Path) -> dict[str, str]:
    """What services and gateway find in their environment when their keys are in this folder."""
    return {
        "PRINCIPAL_SIGNING_KEY_FILE": str(directory / SIGNING_KEY),
        "PRINCIPAL_KEYS_FILE": str(directory / PUBLIC_KEYS),
        "PSEUDONYM_KEY_FILE": str(directory / PSEUDONYM_KEY),
    }


def publish_key(directory: Path) -> str:
    """Make the next signing key and let services know it. Returns its id. Raises KeysNotReady, OSError."""
    if (directory / NEXT_KEY).exists():
        raise KeysNotReady("A next key is published already: activate it first.")
    key = new_key(new_id())
    _write(directory / NEXT_KEY, json.dumps(key))
    _write_public(directory, [*_public_keys(directory), public(key)])
    return str(key["kid"])


def activate_key(directory: Path) -> str:
    """Let the gateway sign with the published key, from its next start. Returns its id.

    Raises KeysNotReady, OSError.
    """
    following = directory / NEXT_KEY
    if not following.exists():
        raise KeysNotReady("There is no next key: publish one first.")
    key = json.loads(following.read_text())
    following.replace(directory / SIGNING_KEY)
    return str(key["kid"])


def retire_keys(directory: Path) -> list[str]:
    """Believe no key any more but the one in use and the next. Returns the ids of those that are gone.

    Raises OSError.
    """
    used = {json.loads(path.read_text())["kid"] for path in _private(directory)}
    keys = _public_keys(directory)
    _write_public(directory, [key for key in keys if key["kid"] in used])
    return [key["kid"] for key in keys if key["kid"] not in used]


def _private(directory: Path) -> list[Path]:
    return [path for name in (SIGNING_KEY, NEXT_KEY) if (path := directory / name).exists()]


def _public_keys(directory: Path) -> list[dict[str, Any]]:
    path = directory / PUBLIC_KEYS
    found: list[dict[str, Any]] = json.loads(path.read_text())["keys"] if path.exists() else []
    return found


def _write_public(directory: Path, keys: list[dict[str, Any]]) -> None:
    _write(directory / PUBLIC_KEYS, json.dumps({"keys": keys}, indent=1))


def _write(path: Path, text: str) -> None:
    """For its owner only; whole or not at all, whoever reads meanwhile."""
    fresh = path.with_suffix(".new")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    fresh.replace(path)
