"""A service that is down takes its own answers with it, and nothing else."""

from tests.support import story
from tests.support.platform import Platform
from tests.support.processes import eventually

QUERY = """
query($coalition: String!) {
  members(coalition: $coalition) {
    edges { node { city { name } registrations { name } obligations { dueOn } } }
  }
}"""


def test_a_service_that_is_down_gives_null_and_one_error(platform: Platform) -> None:
    story.coalition(platform)
    names = ["Graz", "Linz", "Wels"]
    for name in names:
        story.member(platform, name)
    platform.processes["events"].kill()

    answer = platform.answer(QUERY, coalition="eccar")
    nodes = [edge["node"] for edge in answer["data"]["members"]["edges"]]
    assert [node["city"]["name"] for node in nodes] == names
    assert [node["registrations"] for node in nodes] == [None, None, None]
    assert all(len(node["obligations"]) == 1 for node in nodes)
    [error] = answer["errors"]
    assert error["path"] == ["members", "edges", 0, "node", "registrations"]
    assert error["extensions"]["code"] in ("UNAVAILABLE", "DEADLINE_EXCEEDED")

    platform.processes["events"].restart()
    eventually(lambda: "errors" not in platform.answer(QUERY, coalition="eccar"), seconds=20)
