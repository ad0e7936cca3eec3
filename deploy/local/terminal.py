"""Ends of the standard input that mean that nobody is there any more."""

import os
import select
import stat
import sys
import threading
from collections.abc import Callable
from contextlib import suppress

OnEnd = Callable[[], None]


def on_hang_up(act: OnEnd) -> None:
    """Call `act` (from a thread) when our terminal is closed.

    The kernel tells only the leader of the session, and when that is `make`, it keeps the news to itself.
    """
    if _descriptor() is not None and sys.stdin.isatty():
        threading.Thread(target=_await_hang_up, args=(act,), daemon=True).start()


def on_end_of_input(act: OnEnd) -> None:
    """Call `act` (from a thread) when the pipe or terminal at our input ends. /dev/null or a file mean nothing."""
    descriptor = _descriptor()
    if descriptor is None:
        return
    mode = os.fstat(descriptor).st_mode
    if stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode) or sys.stdin.isatty():
        threading.Thread(target=_drain, args=(descriptor, act), daemon=True).start()


def _descriptor() -> int | None:
    with suppress(AttributeError, OSError, ValueError):  # started without any standard input
        return sys.stdin.fileno()
    return None


def _await_hang_up(act: OnEnd) -> None:
    poll = select.poll()
    poll.register(sys.stdin.fileno(), 0)  # a hang-up is reported whether asked for or not
    poll.poll()
    act()


def _drain(descriptor: int, act: OnEnd) -> None:
    with suppress(OSError):
        while os.read(descriptor, 4096):
            pass
    act()
