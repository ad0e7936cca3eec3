"""Golden messages: one file per message type, to which its publisher and all its consumers are held."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from services.chassis.protocol.envelope import Envelope

FOLDER: Final = Path(__file__).parents[1] / "contract" / "golden"


def golden(name: str) -> dict[str, Any]:
    """What the golden file of the message type `name` says."""
    content: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return content


def golden_names() -> list[str]:
    return sorted(path.stem for path in FOLDER.glob("*.json"))


def told(envelope: Envelope) -> dict[str, Any]:
    """What a golden file says of a message: nothing that is new in each."""
    return {
        "source": envelope.source,
        "type": envelope.type,
        "subject": envelope.subject,
        "time": envelope.time.isoformat(),
        "sequence": envelope.sequence,
        "coalition": envelope.coalition,
        "data": envelope.data,
    }


def received(name: str) -> Envelope:
    """The golden message as it comes from the wire."""
    content = golden(name)
    time = datetime.fromisoformat(content["time"])
    return Envelope(**{**content, "time": time}, id="019a0000-0000-7000-8000-000000000001", correlationid="story")
