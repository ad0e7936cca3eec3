"""How much memory a process has needed at most: the high-water mark that Linux keeps of its resident set."""

import re
from pathlib import Path

_KILOBYTE = 1024


def peak(pid: int) -> int:
    """Bytes, since the last `forget_peak`."""
    found = re.search(r"^VmHWM:\s+(\d+) kB$", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE)
    assert found is not None
    return int(found[1]) * _KILOBYTE


def forget_peak(pid: int) -> None:
    """The mark is what it holds now."""
    Path(f"/proc/{pid}/clear_refs").write_text("5")
