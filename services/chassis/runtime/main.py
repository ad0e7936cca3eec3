"""The command line of a service: `python -m services.<name> serve | relay | indexes`."""

import sys


def main(name: str) -> None:
    """Run a command of the service `name`, named in the process' arguments."""
    if "serve" in sys.argv[1:2]:
        # Before anything else is imported: click, logging and pymongo must all see the patched modules.
        from ..messaging.patch import monkey_patch

        monkey_patch()
    from .service_cli import service_command

    service_command(name)(prog_name=f"python -m services.{name}")
