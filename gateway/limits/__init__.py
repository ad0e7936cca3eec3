"""How much one request may ask for, and how much one client. Checked before anything expensive is done with it."""

from gateway.door import LIMITS, Limits

from .admission import REQUEST_POINTS, Admission, Client
from .document import Survey, check_variables, survey
from .exceeded import LimitExceeded
from .text import scan

__all__ = [
    "LIMITS",
    "REQUEST_POINTS",
    "Admission",
    "Client",
    "LimitExceeded",
    "Limits",
    "Survey",
    "check_variables",
    "scan",
    "survey",
]
