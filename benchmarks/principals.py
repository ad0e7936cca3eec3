"""Believing who asks: a principal's token verified as a service does it, beside the bare check of its signature.

A caller's token comes many times while it lives, so one is measured at its first coming and one at its later ones.
"""

import json
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from jwt.algorithms import OKPAlgorithm
from jwt.utils import base64url_decode

from services.chassis.protocol.principal import Signer, Verifier, new_key, public
from services.rights.roles import Role
from tests.support.principals import of_member, person

from .bed import Bed
from .figures import MILLISECONDS, Pair, milliseconds, percentile

GROUP: Final = "verifying a principal"
BASELINE: Final = "Ed25519 alone"
_FOCAL_POINT: Final = person("focal-point", of_member(Role.FOCAL_POINT, "01a20d96-6453-708f-aa0c-e5e9a3b8e808"))


@contextmanager
def rounds(_bed: Bed) -> Iterator[Callable[[float], list[Pair]]]:
    """Gives a function that runs one round of so many seconds."""
    key = new_key("benchmark")
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "keys.json"
        path.write_text(json.dumps({"keys": [public(key)]}))
        yield lambda seconds: list(_round(key, path, seconds))


def _round(key: dict[str, Any], path: Path, seconds: float) -> Iterator[Pair]:
    signer, verifier = Signer(key), Verifier(path)
    bare: Any = OKPAlgorithm.from_jwk(public(key))
    first: list[float] = []
    again: list[float] = []
    alone: list[float] = []
    end = time.monotonic() + seconds
    number = 0
    while time.monotonic() < end:
        number += 1
        token = signer.sign(replace(_FOCAL_POINT, address=str(number)))
        content, _, signature = token.rpartition(".")
        first.append(_timed(verifier.verify, token))
        again.append(_timed(verifier.verify, token))
        alone.append(_timed(bare.verify, base64url_decode(signature), content.encode()))
    for figure, values in (("at its first coming", first), ("at its later ones", again)):
        yield Pair(
            group=GROUP,
            figure=f"a token {figure}, p50",
            unit=MILLISECONDS,
            measured=percentile(milliseconds(values), 50),
            baseline=BASELINE,
            raw=percentile(milliseconds(alone), 50),
        )


def _timed(run: Callable[..., Any], *arguments: Any) -> float:
    started = time.perf_counter()
    run(*arguments)
    return time.perf_counter() - started
