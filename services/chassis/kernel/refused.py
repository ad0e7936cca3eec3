"""What stands in a batch where one of many things was refused."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Refused:
    code: str
    message: str

    def as_dict(self) -> dict[str, dict[str, str]]:
        return {"refused": {"code": self.code, "message": self.message}}
