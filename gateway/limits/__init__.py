"""How much one request may ask for. Checked before anything expensive is done with it."""

from .document import LimitExceeded, check
from .limits import LIMITS, Limits

__all__ = ["LIMITS", "LimitExceeded", "Limits", "check"]
