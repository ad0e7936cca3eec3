"""A hostile client: `python -m benchmarks.flood URL ADDRESS` sends all it can from 64 connections, until it is ended.

It asks for the largest pages that are allowed, for documents that nobody has seen before, and for what is refused; it
does not wait when it is told to. Lines on standard output: how many answers had which status, each second.
"""

import asyncio
import itertools
import json
import random
import sys
from collections import Counter
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from tests.support.abuses import ABUSES

CONNECTIONS: Final = 64
_LARGE: Final = '{ members(coalition: "eccar", first: 200) { edges { node { id standing city { name } } } } }'
_numbers: Final = itertools.count()


def main(url: str, address: str) -> None:
    asyncio.run(_flood(url, address))


async def _flood(url: str, address: str) -> None:
    answers: Counter[str] = Counter()
    async with asyncio.TaskGroup() as group:
        for number in range(CONNECTIONS):
            group.create_task(_connection(url, address, random.Random(number), answers))
        while True:
            await asyncio.sleep(1)
            print(json.dumps(answers), flush=True)


async def _connection(url: str, address: str, chance: random.Random, answers: Counter[str]) -> None:
    target = urlsplit(url)
    requests = _requests(chance, target.path)
    while True:
        try:
            reader, writer = await asyncio.open_connection(target.hostname, target.port, local_addr=(address, 0))
            while True:
                writer.write(next(requests))
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin1").lower()
                answers[head.split()[1]] += 1
                [length] = [line.split(":")[1] for line in head.split("\r\n") if line.startswith("content-length:")]
                await reader.readexactly(int(length))
                if "connection: close" in head:
                    break
            writer.close()
        except (OSError, asyncio.IncompleteReadError):
            answers["lost"] += 1
            await asyncio.sleep(0.01)


def _requests(chance: random.Random, path: str) -> Iterator[bytes]:
    while True:
        kind = chance.randrange(3)
        if kind == 0:
            yield _post(path, json.dumps({"query": _LARGE}).encode())
        elif kind == 1:
            fields = " ".join(f"a{next(_numbers)}: name" for _ in range(25))
            yield _post(path, json.dumps({"query": f'{{ coalition(key: "eccar") {{ {fields} }} }}'}).encode())
        else:
            yield _post(path, chance.choice(ABUSES).body)


def _post(path: str, body: bytes) -> bytes:
    head = f"POST {path} HTTP/1.1\r\nHost: gateway\r\nContent-Type: application/json\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


if __name__ == "__main__":
    main(*sys.argv[1:])
