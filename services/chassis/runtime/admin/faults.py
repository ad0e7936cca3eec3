"""What goes wrong, in one sentence and with an exit status: never a traceback."""

import os
from typing import IO, Any

import click

from ...kernel.config import ConfigurationError
from ...kernel.errors import ServiceError
from ...messaging.connection import BrokerUnreachable
from ...messaging.dead_letters import DeadLettersRefused
from ...messaging.declaration import TopologyConflict

_KNOWN = (ConfigurationError, ServiceError, BrokerUnreachable, DeadLettersRefused, TopologyConflict)


class Refused(click.ClickException):
    """The command was not carried out. Its message is the one sentence that the person reads."""

    exit_code = 1

    def show(self, file: IO[Any] | None = None) -> None:
        click.echo(f"chassis: {self.format_message()}", err=True, file=file)


class OneSentenceGroup(click.Group):
    """A group whose commands end with a sentence whatever they raise; with LOG_LEVEL=DEBUG, with a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except _KNOWN as error:
            raise Refused(str(error)) from error
        except Exception as error:
            if os.environ.get("LOG_LEVEL") == "DEBUG":
                raise
            raise Refused(f"{type(error).__name__}: {error}. LOG_LEVEL=DEBUG shows where it happened.") from error
