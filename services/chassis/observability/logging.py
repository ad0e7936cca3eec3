"""Logs: one JSON object per line (or a short line for a person), each with the correlation id of its story."""

import logging
import logging.config
from typing import Any, Final

from ..kernel import context

FORMATS: Final = ("json", "console")


class ContextFilter(logging.Filter):
    """Adds the service's name, the correlation and the causation id to every record."""

    def __init__(self, process: str) -> None:
        super().__init__()
        self._process = process

    def filter(self, record: logging.LogRecord) -> bool:
        running = context.running()
        record.process_name = self._process
        record.correlation_id = running.correlation_id if running else None
        record.causation_id = running.causation_id if running else None
        return True


def configure(*, process: str, level: str, log_format: str) -> None:
    """Set up logging for `process` (for example `membership` or `membership-relay`)."""
    logging.config.dictConfig(_configuration(process, level, log_format))
    logging.captureWarnings(True)


def _configuration(process: str, level: str, log_format: str) -> dict[str, Any]:
    return {
        "version": 1,
        # Without this, loggers made before (nameko's, with its tracebacks) fall silent.
        "disable_existing_loggers": False,
        "filters": {"context": {"()": ContextFilter, "process": process}},
        "formatters": {
            "json": {
                "()": "pythonjsonlogger.json.JsonFormatter",
                "format": "%(asctime)s %(levelname)s %(name)s %(process_name)s %(message)s "
                "%(correlation_id)s %(causation_id)s",
                "rename_fields": {
                    "asctime": "time",
                    "levelname": "level",
                    "name": "logger",
                    "process_name": "process",
                },
            },
            "console": {
                "format": "%(asctime)s %(levelname)-7s %(process_name)s %(message)s",
                "datefmt": "%H:%M:%S",
            },
        },
        "handlers": {
            "stdout": {
                "class": "logging.StreamHandler",
                "stream": "ext://sys.stdout",
                "formatter": log_format,
                "filters": ["context"],
            }
        },
        "root": {"level": level, "handlers": ["stdout"]},
        "loggers": {
            # Kombu and nameko tell every connection twice; ours says it once.
            "kombu": {"level": "WARNING"},
            "amqp": {"level": "WARNING"},
            "nameko": {"level": "WARNING"},
            "pymongo": {"level": "WARNING"},
        },
    }
