"""The load: `wrk` with a fixed number of connections, one thread, the bodies of a case in turn."""

import json
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import click

CONNECTIONS: Final = 16

_SCRIPT: Final = """
local bodies = { %(bodies)s }
local requests, turn = {}, 0
refused = 0
function init()
  for i, body in ipairs(bodies) do
    requests[i] = wrk.format("POST", nil, { %(headers)s }, body)
  end
end
function request()
  turn = turn %% #requests + 1
  return requests[turn]
end
function response(status, _headers, body)
  if status ~= 200 or body:sub(1, 10) ~= '{"data":{"' then refused = refused + 1 end
end
-- What is counted lives in the thread, and can be read from here because it is no local.
local threads = {}
function setup(thread) table.insert(threads, thread) end
function done(summary, latency, _requests)
  local wrong = 0
  for _, thread in ipairs(threads) do wrong = wrong + thread:get("refused") end
  local errors = summary.errors
  io.write(string.format(
    '\\n{"requests":%%d,"microseconds":%%d,"p50":%%d,"p99":%%d,"wrong":%%d}\\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    wrong + errors.connect + errors.read + errors.write + errors.timeout))
end
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What `wrk` saw: requests per second, and how long requests took, in milliseconds."""

    requests: int
    seconds: float
    p50: float
    p99: float

    @property
    def per_second(self) -> float:
        return self.requests / self.seconds


class WrongAnswers(Exception):
    """Answers with errors or none at all: what was measured is not what was asked for."""


def require_wrk() -> None:
    """Raises click's UsageError."""
    if shutil.which("wrk") is None:
        raise click.UsageError("`wrk` makes the load and is not installed: `apt-get install wrk`.")


def run(url: str, bodies: Sequence[str], headers: Mapping[str, str], *, seconds: float) -> Load:
    """Raises WrongAnswers."""
    script = _SCRIPT % {
        "bodies": ", ".join(map(_lua, bodies)),
        "headers": ", ".join(f"[{_lua(name)}] = {_lua(value)}" for name, value in headers.items()),
    }
    with tempfile.TemporaryDirectory(prefix="benchmark-") as directory:
        path = Path(directory) / "load.lua"
        path.write_text(script)
        command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{round(seconds)}s", "--timeout", "10s", "-s", str(path), url]
        output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found = json.loads(output.splitlines()[-1])
    if not found["requests"]:
        raise WrongAnswers(f"{url} gave no answer in {seconds:g} s.")
    if found["wrong"]:
        raise WrongAnswers(f"{found['wrong']} of {found['requests']} answers of {url} are wrong.")
    return Load(
        requests=found["requests"],
        seconds=found["microseconds"] / 1e6,
        p50=found["p50"] / 1000,
        p99=found["p99"] / 1000,
    )


def _lua(text: str) -> str:
    """A text as a literal of Lua, which has JSON's escapes for what GraphQL documents hold, but for these."""
    return json.dumps(text, ensure_ascii=False)
