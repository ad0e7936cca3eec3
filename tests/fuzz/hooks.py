"""What Schemathesis is told about our door. It loads this file in its own environment, so nothing of ours is imported.

Ids and keys that are drawn at random find nothing, and a fuzzer that finds nothing tries nothing: most of them are
replaced by those of things that exist (FUZZ_KNOWN). Which one follows from the query's text, so a seed repeats a run.
"""

import atexit
import json
import os
import random
import zlib
from collections import Counter
from pathlib import Path
from typing import Any

import graphql
import schemathesis
from hypothesis import strategies as st
from schemathesis.graphql import nodes

KNOWN: dict[str, list[str | int]] = json.loads(Path(os.environ["FUZZ_KNOWN"]).read_text())
TALLY = Path(os.environ["FUZZ_TALLY"])
SHARE_KNOWN = 0.8
NEVER_TOLD = ("Traceback", 'File "', "services.", "gateway.", " object at 0x", "pymongo", "amqp")
FAULTS = {"INTERNAL", "UNAVAILABLE", "DEADLINE_EXCEEDED"}
"""Nothing is broken while this runs, so nothing has a reason to be away."""

counts: Counter[str] = Counter()

days = st.dates().map(str)
moments = st.datetimes(timezones=st.timezones()).map(lambda moment: moment.isoformat())
schemathesis.graphql.scalar("Date", days.map(nodes.String))
schemathesis.graphql.scalar("DateTime", moments.map(nodes.String))
schemathesis.graphql.scalar(
    "PartialDate", st.builds(lambda day, end: nodes.String(day[:end]), days, st.sampled_from([4, 7, 10]))
)
schemathesis.graphql.scalar("LanguageTag", st.sampled_from(["en", "de", "pt-BR", "zh-Hant", "x"]).map(nodes.String))
schemathesis.graphql.scalar("JSON", st.text().map(nodes.String))


class _Deeper(graphql.Visitor):
    """Puts what exists in the place of what was made up."""

    def __init__(self, chance: random.Random) -> None:
        super().__init__()
        self._chance = chance

    def enter_argument(self, node: graphql.ArgumentNode, *_: Any) -> Any:
        return self._replaced(node)

    def enter_object_field(self, node: graphql.ObjectFieldNode, *_: Any) -> Any:
        return self._replaced(node)

    def _replaced(self, node: Any) -> Any:
        known = KNOWN.get(node.name.value)
        if not known or self._chance.random() > SHARE_KNOWN:
            return None
        chosen = self._chance.choice(known)
        number = isinstance(chosen, int)
        drawn = graphql.IntValueNode(value=str(chosen)) if number else graphql.StringValueNode(value=chosen)
        value: Any = drawn
        if isinstance(node.value, graphql.ListValueNode):
            value = graphql.ListValueNode(values=(drawn,))
        return type(node)(name=node.name, value=value)


@schemathesis.hook
def map_body(_context: Any, body: Any) -> Any:
    if not isinstance(body, str):
        return body
    try:
        document = graphql.parse(body)
    except graphql.GraphQLError:
        return body
    chance = random.Random(zlib.crc32(body.encode(errors="replace")))
    return graphql.print_ast(graphql.visit(document, _Deeper(chance)))


@schemathesis.check
def answered_as_promised(_context: Any, response: Any, _case: Any) -> None:
    """Every answer is JSON, and each of its errors has a stable code and a correlation id and tells no secret."""
    assert response.status_code < 500, f"status {response.status_code}"
    answer = response.json()
    assert "data" in answer or answer.get("errors"), "neither data nor errors"
    counts["answers"] += 1
    counts["executed"] += "data" in answer
    for error in answer.get("errors", ()):
        told = error.get("extensions", {})
        counts[f"error {told.get('code')}"] += 1
        assert told.keys() >= {"code", "correlationId"}, f"no stable code: {error}"
        assert told["code"] not in FAULTS, f"a fault of the platform: {error}"
        assert not any(secret in error["message"] for secret in NEVER_TOLD), f"an unmasked error: {error}"
    for payload in (answer.get("data") or {}).values():
        _look_at(payload)


def _look_at(payload: Any) -> None:
    """Count what a root field gave, and look at the refusals of a mutation's payload."""
    refusals = payload.get("errors", ()) if isinstance(payload, dict) else ()
    counts["refusals"] += len(refusals)
    counts["given"] += payload not in (None, [], {}) and not refusals
    assert all(each.get("code") != "OTHER" for each in refusals), f"a code that the schema does not have: {refusals}"


@atexit.register
def _tell() -> None:
    TALLY.write_text(json.dumps(counts))
