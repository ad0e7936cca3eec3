"""One at a time per aggregate: several messages of one would only meet in conflicting transactions."""

from collections import deque
from collections.abc import Callable

Start = Callable[[], None]


class Turns:
    """Whose turn it is. Also keeps the order of one aggregate's messages within the process."""

    def __init__(self) -> None:
        self._waiting: dict[str, deque[Start]] = {}
        self._closed = False

    def take(self, subject: str, start: Start) -> None:
        """Call `start` now, or when those of the same subject before it are done."""
        if subject in self._waiting:
            self._waiting[subject].append(start)
        else:
            self._waiting[subject] = deque()
            start()

    def next_of(self, subject: str) -> Start | None:
        """The one to start now that the one before is done; the turn is free when there is none."""
        waiting = self._waiting.get(subject)
        if waiting and not self._closed:
            return waiting.popleft()
        self._waiting.pop(subject, None)
        return None

    def close(self) -> None:
        """Start nothing more: what waits is unacknowledged, and the broker delivers it again to somebody else."""
        self._closed = True
