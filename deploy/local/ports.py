"""TCP ports of this machine: which are free, who holds the others."""

import os
import random
import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from deploy.local.refusal import Refusal

LOOPBACK = "127.0.0.1"
# Below the kernel's ephemeral range, so that no outgoing connection takes a port between our look and our bind.
CANDIDATES = range(20_000, 32_000)
LISTENING = "0A"  # the socket state in /proc/net/tcp
ENDING_SECONDS = 15.0


@dataclass(frozen=True)
class Port:
    """A port we want: its number, what for, and the environment variable that chooses another."""

    number: int
    purpose: str
    variable: str


@dataclass(frozen=True)
class Holder:
    """The process that listens on a port."""

    pid: int
    name: str
    directory: Path | None


def is_free(number: int, host: str = LOOPBACK) -> bool:
    """Whether a server could listen there now (a port in TIME_WAIT counts as free)."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, number))
            probe.listen(1)
        except OSError:
            return False
    return True


def free(count: int) -> list[int]:
    """`count` different free ports. Raises Refusal when there are none."""
    found: list[int] = []
    for number in random.sample(CANDIDATES, len(CANDIDATES)):
        if len(found) == count:
            break
        if is_free(number):
            found.append(number)
    if len(found) < count:
        raise Refusal(f"No free port is left between {CANDIDATES.start} and {CANDIDATES.stop}: stop some servers.")
    return found


def preferred(number: int) -> int:
    """`number` when it is free, else any free port: for ports that nobody has to know."""
    return number if is_free(number) else free(1)[0]


def require_free(wanted: Sequence[Port], *, ours: Path) -> None:
    """Raise one Refusal that names every taken port, its holder and the way out.

    A holder that works inside the directory `ours` is what a killed start left behind; it is ending by itself, so
    it gets some seconds.
    """
    _require_different(wanted)
    deadline = time.monotonic() + ENDING_SECONDS
    while taken := [port for port in wanted if not is_free(port.number)]:
        # Whoever ended since we looked is nobody's any more.
        foreign = [port for port in taken if not _is_ours(port, ours) and not is_free(port.number)]
        if foreign or time.monotonic() > deadline:
            raise Refusal(_sentence(foreign or taken, wanted))
        time.sleep(0.1)


def holder(number: int) -> Holder | None:
    """Who listens on a port; None when nobody does or the process is not ours to see."""
    inodes = set(_listening_inodes(number))
    if not inodes:
        return None
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if inodes & set(_socket_inodes(process)):
                return _described(process)
    return None


def _require_different(wanted: Sequence[Port]) -> None:
    first: dict[int, Port] = {}
    for port in wanted:
        other = first.setdefault(port.number, port)
        if other is not port:
            raise Refusal(
                f"Port {port.number} is asked for twice, for {other.purpose} and for {port.purpose}:"
                f" choose another with {port.variable}."
            )


def _is_ours(port: Port, ours: Path) -> bool:
    found = holder(port.number)
    return found is not None and found.directory is not None and found.directory.is_relative_to(ours)


def _sentence(taken: Sequence[Port], wanted: Sequence[Port]) -> str:
    parts = []
    for port in taken:
        found = holder(port.number)
        by = f" by {found.name} (process {found.pid})" if found else ""
        parts.append(f"{port.number} for {port.purpose}{by}")
    one = len(taken) == 1
    reserved = {port.number for port in wanted}
    variables = {port.variable: _other(port.number, reserved) for port in taken}
    others = " ".join(f"{variable}={number}" for variable, number in variables.items())
    return (
        f"{'This port is' if one else 'These ports are'} already in use: {', '.join(parts)};"
        f" stop {'that program' if one else 'those programs'} or choose other ports, e.g. `{others} make run`."
    )


def _other(number: int, reserved: set[int]) -> int:
    candidate = number + 1
    while candidate in reserved or not is_free(candidate):
        candidate += 1
    reserved.add(candidate)
    return candidate


def _listening_inodes(number: int) -> Iterator[str]:
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        with suppress(OSError):
            for line in Path(table).read_text().splitlines()[1:]:
                fields = line.split()
                if fields[3] == LISTENING and int(fields[1].rpartition(":")[2], 16) == number:
                    yield fields[9]


def _socket_inodes(process: Path) -> Iterator[str]:
    descriptors = os.path.join(process, "fd")
    for descriptor in os.listdir(descriptors):  # strings: a machine has thousands, and pathlib takes a second for them
        with suppress(OSError):
            target = os.readlink(os.path.join(descriptors, descriptor))
            if target.startswith("socket:["):
                yield target.removeprefix("socket:[").removesuffix("]")


def _described(process: Path) -> Holder:
    directory = None
    with suppress(OSError):
        directory = (process / "cwd").readlink()
    return Holder(int(process.name), (process / "comm").read_text().strip(), directory)
