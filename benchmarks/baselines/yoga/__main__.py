"""`python -m benchmarks.baselines.yoga`: install the locked npm packages on first use, and become the server."""

import os
import shutil
import sys
from pathlib import Path

from deploy.node import RUN_DIRECTORY, NodeError, find_node, install_packages

SOURCES = Path(__file__).resolve().parent
WORKSHOP = RUN_DIRECTORY / "benchmarks" / "yoga"


def main() -> None:
    try:
        node = find_node()
        install_packages(node, source=SOURCES, into=WORKSHOP)
    except NodeError as error:
        sys.exit(f"yoga: {error}")
    # Beside its packages: that is where node looks for them.
    program = shutil.copy(SOURCES / "server.mjs", WORKSHOP)
    os.execve(node.executable, [str(node.executable), str(program)], dict(os.environ))


if __name__ == "__main__":
    main()
