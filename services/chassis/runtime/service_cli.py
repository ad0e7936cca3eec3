"""The commands of one service."""

import pkgutil
import sys
from collections.abc import Mapping
from functools import cached_property
from typing import Any

import click

from ..kernel.config import ConfigurationError, Environment
from ..kernel.errors import ServiceError
from ..observability import logging as logs
from ..persistence import indexes
from ..persistence.client import connect
from .definition import ServiceDefinition, all_subscriptions, load_definition
from .settings import ProcessSettings


class _ServiceGroup(click.Group):
    """The commands that every service has, and those that its definition adds, imported only when they are needed."""

    @cached_property
    def _own(self) -> Mapping[str, click.Command]:
        assert self.name is not None
        path = load_definition(self.name).commands
        return {command.name or "": command for command in (pkgutil.resolve_name(path) if path else ())}

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*super().list_commands(ctx), *self._own]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return super().get_command(ctx, cmd_name) or self._own.get(cmd_name)

    def invoke(self, ctx: click.Context) -> Any:
        """What is refused ends with a sentence and exit status 1."""
        try:
            return super().invoke(ctx)
        except (ConfigurationError, ServiceError) as error:
            raise click.ClickException(str(error)) from error


def service_command(name: str) -> click.Group:
    """The command group of the service `name`."""

    @click.group(
        name,
        cls=_ServiceGroup,
        help=f"Run the {name} service and what belongs to it. Settings come from the environment.",
    )
    def service() -> None:
        pass

    @service.command(help="Answer requests and handle messages until SIGTERM.")
    def serve() -> None:
        definition, settings = _prepare(name, process=name)
        from .runner import serve as serve_service

        serve_service(definition, settings)

    @service.command(help="Publish the outbox until SIGTERM. Several may run; one works at a time.")
    def relay() -> None:
        definition, settings = _prepare(name, process=f"{name}-relay")
        from .relay import run_relay

        types = {each for subscription in all_subscriptions() for each in subscription.types}
        run_relay(definition, settings, required_types=types)

    @service.command("indexes", help="Create the indexes of the service's database.")
    def create_indexes() -> None:
        definition, settings = _prepare(name, process=f"{name}-indexes")
        client = connect(settings.mongodb_uri, service=name, pool_size=2)
        for index in indexes.create(client[settings.database(name)], definition.indexes):
            click.echo(index)
        client.close()

    return service


def _prepare(name: str, *, process: str) -> tuple[ServiceDefinition, ProcessSettings]:
    try:
        settings = ProcessSettings.from_environment(Environment())
        definition = load_definition(name)
    except ConfigurationError as error:
        sys.exit(f"{process}: {error}")
    logs.configure(process=process, level=settings.log_level, log_format=settings.log_format)
    return definition, settings
