"""Who asks."""

from .principal import principal_of

__all__ = ["principal_of"]
