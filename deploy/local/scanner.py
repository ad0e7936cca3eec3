"""`python -m deploy.local.scanner`: install ClamAV's daemon, for the tests that show files to a real one.

It is not started, and no signatures are fetched: those tests bring one of their own.
"""

import shutil
import sys
from pathlib import Path
from typing import Final

from deploy.local import packages
from deploy.local.refusal import Refusal
from deploy.local.settings import ROOT

PACKAGE: Final = "clamav-daemon"
UNITS: Final = ("clamav-daemon.service", "clamav-daemon.socket", "clamav-freshclam.service")
_SBIN: Final = "/usr/sbin"


def clamd() -> Path | None:
    """The daemon's program; Debian has it where only root looks."""
    found = shutil.which("clamd") or shutil.which("clamd", path=_SBIN)
    return Path(found) if found else None


def main() -> None:
    if clamd() is None:
        log = ROOT / ".run" / "logs" / "scanner-apt.log"
        packages.install([PACKAGE], needed_for="The tests of the virus scanner need one", log=log, units=UNITS)


if __name__ == "__main__":
    try:
        main()
    except Refusal as refusal:
        sys.exit(str(refusal))
