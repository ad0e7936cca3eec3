"""What other people's tools say of the running gateway."""

from pathlib import Path

from tests.conformance.npm import compile_relay, run_audit
from tests.support.platform import Platform

SCHEMA = Path(__file__).parents[2] / "gateway" / "schema.graphql"


def test_graphql_over_http(platform: Platform) -> None:
    """All audits of the `graphql-http` package: none failed, whether it is an error, a warning or a notice."""
    summary = run_audit(f"{platform.url}/graphql")
    assert summary.failures == ()
    assert (summary.ok, summary.error, summary.warn, summary.notice) == (61, 0, 0, 0)


def test_relay_compiler_accepts_the_schema() -> None:
    compile_relay(SCHEMA)
