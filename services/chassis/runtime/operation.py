"""Use cases run by the operator of the platform at the command line: nobody asks for rights, and the log says who."""

import getpass
import os
from collections.abc import Iterator
from contextlib import contextmanager

from ..kernel import context
from ..kernel.clock import utc_now
from ..kernel.config import Environment
from ..kernel.context import CallContext
from ..kernel.principal import operator
from ..kernel.pseudonym import Pseudonyms
from ..persistence.client import connect
from ..persistence.unit_of_work import UnitOfWork
from .definition import ServiceDefinition
from .settings import ProcessSettings


@contextmanager
def operating(definition: ServiceDefinition, *, command: str) -> Iterator[UnitOfWork]:
    """The service's unit of work, without a policy, with the operator as its principal.

    Raises ConfigurationError.
    """
    settings = ProcessSettings.from_environment(Environment())
    client = connect(settings.mongodb_uri, service=f"{definition.name}-{command}", pool_size=2)
    unit_of_work = UnitOfWork(
        client,
        settings.database(definition.name),
        clock=utc_now,
        publishing=definition.publishing,
        audit=definition.audit_rules,
        pseudonyms=Pseudonyms.from_file(settings.pseudonym_key),
    )
    with client, context.use(CallContext(principal=operator(account()), method=f"{definition.name} {command}")):
        yield unit_of_work


def account() -> str:
    """The name of the system account, or its number where it has no name, as in a container."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid-{os.getuid()}"
