"""`python -m deploy.local.issuer`: serve on this machine until SIGTERM. RUN_DIRECTORY and ISSUER_PORT as for `run`."""

import signal
import sys
from os import environ

import uvicorn

from deploy.local.ports import LOOPBACK
from deploy.local.settings import read_settings

from .app import create_app
from .people import read_people
from .tokens import Mint


def main() -> None:
    settings = read_settings(environ)
    # After closing its doors, uvicorn raises the signal again that stopped it.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: sys.exit(0))
    app = create_app(Mint.in_directory(settings.issuer_directory, issuer=settings.issuer_uri), read_people())
    # Never on another interface: whoever reaches it is whoever they like.
    uvicorn.run(app, host=LOOPBACK, port=settings.issuer_port, log_level="warning", timeout_graceful_shutdown=2)


if __name__ == "__main__":
    main()
