"""OpenID Connect: tokens of trusted issuers, and how people sign in with them."""

from .identity import Identity
from .issuers import Issuers

__all__ = ["Identity", "Issuers"]
