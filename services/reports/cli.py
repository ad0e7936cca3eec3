"""The operator's commands of this service."""

from typing import Final

from services.personal.command import retain_command

from .application.personal_data import RETAINING
from .wiring import SERVICE

COMMANDS: Final = (retain_command(lambda: SERVICE, RETAINING),)
