"""What can be known about RabbitMQ and mongod without starting them."""

from pathlib import Path

import pytest

from deploy.local import infrastructure, mongodb, ports
from deploy.local.infrastructure import Plan
from deploy.local.rabbitmq import Node
from deploy.local.refusal import Refusal

LDD = """
\tlinux-vdso.so.1 (0x00007ffc)
\tlibcurl.so.4 => not found
\tlibssl.so.3 => not found
\tlibcrypto.so.3 => not found
\tlibc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x00007f)
"""


@pytest.fixture
def node(tmp_path: Path) -> Node:
    return Node(
        directory=tmp_path / "rabbitmq",
        logs=tmp_path / "logs",
        amqp_port=1001,
        management_port=1002,
        epmd_port=1003,
        distribution_port=1004,
    )


def test_missing_libraries_become_packages_each_once() -> None:
    assert mongodb.packages_of(LDD) == ["libcurl4", "libssl3"]
    assert mongodb.packages_of("\tlibc.so.6 => /lib/libc.so.6 (0x0)\n") == []


def test_a_library_nobody_knows_is_named() -> None:
    with pytest.raises(Refusal, match=r"^mongod needs libodd\.so\.1, which is not on this machine: install it or set"):
        mongodb.packages_of("\tlibodd.so.1 => not found\n")


def test_a_node_listens_on_the_loopback_only(node: Node) -> None:
    node.configure()
    lines = (node.directory / "rabbitmq.conf").read_text().splitlines()
    assert "listeners.tcp.1 = 127.0.0.1:1001" in lines
    assert "management.tcp.ip = 127.0.0.1" in lines
    assert "management.tcp.port = 1002" in lines
    environment = node.server().environment
    assert environment["ERL_EPMD_ADDRESS"] == "127.0.0.1"
    assert "inet_dist_use_interface {127,0,0,1}" in environment["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"]


def test_settings_of_another_broker_do_not_leak_in(node: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("RABBITMQ_NODE_PORT", "RABBITMQ_CONFIG_FILE", "ERL_FLAGS"):
        monkeypatch.setenv(name, "foreign")
    environment = node.server().environment
    assert "foreign" not in environment.values()
    assert environment["RABBITMQ_CONF_ENV_FILE"] == "/dev/null"
    assert environment["HOME"] == str(node.directory)


def test_the_name_of_a_node_does_not_depend_on_its_ports(node: Node, tmp_path: Path) -> None:
    other = Node(
        directory=tmp_path, logs=tmp_path, amqp_port=2001, management_port=2002, epmd_port=2003, distribution_port=2004
    )
    names = {each.server().environment["RABBITMQ_NODENAME"] for each in (node, other)}
    assert names == {"platform@localhost"}


def test_a_server_that_is_there_already_needs_no_port(tmp_path: Path) -> None:
    plan = Plan(
        data=tmp_path,
        tools=tmp_path,
        amqp_port=1,
        management_port=2,
        mongodb_port=3,
        amqp_uri="amqp://somewhere/",
    )
    assert [port.variable for port in plan.ports()] == ["MONGODB_PORT"]


@pytest.mark.parametrize(
    ("amqp_uri", "expected"),
    [
        ("amqp://broker.example", "http://guest:guest@broker.example:15672"),
        ("amqp://us%40er:p%2Fw@10.0.0.1:5671/vhost", "http://us%40er:p%2Fw@10.0.0.1:15672"),
    ],
)
def test_management_answers_beside_the_broker(amqp_uri: str, expected: str) -> None:
    assert infrastructure.management_uri(amqp_uri) == expected


def test_a_named_broker_that_does_not_answer_is_refused_without_its_password() -> None:
    [port] = ports.free(1)
    with pytest.raises(Refusal) as refusal:
        infrastructure.require_broker(f"amqp://user:secret@127.0.0.1:{port}/")
    assert str(refusal.value).startswith("The broker that AMQP_URI names does not answer (")
    assert str(refusal.value).endswith("start it, or unset AMQP_URI to get one from here.")
    assert "secret" not in str(refusal.value)


def test_a_named_database_that_does_not_answer_is_refused() -> None:
    [port] = ports.free(1)
    with pytest.raises(Refusal, match=r"^The server that MONGODB_URI names does not answer \("):
        mongodb.require_replica_set(f"mongodb://127.0.0.1:{port}/", variable="MONGODB_URI")
