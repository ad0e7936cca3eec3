"""Gives a service class what its composition root built."""

from typing import Any, Final

from nameko.extensions import DependencyProvider

COMPOSITION_CONFIG_KEY: Final = "COMPOSITION"


class Composition(DependencyProvider):
    """The object that the runner built once for this process (a service's `wiring`), for every worker."""

    def get_dependency(self, worker_ctx: Any) -> Any:
        return self.container.config[COMPOSITION_CONFIG_KEY]
