"""Equal requests at once: the record is made once, and everybody who asked gets it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime

import orjson

from scripts.bench import load
from scripts.bench.clock_ins import Side


@dataclass
class Equal:
    """What came of so many times so many equal requests. `faults` says what was not as it must be."""

    times: int
    at_once: int
    successes: int = 0
    created: int = 0
    records: int = 0
    faults: list[str] = field(default_factory=list)


def equal_requests(side: Side, *, times: int = 200, at_once: int = 8, same_key: bool = True) -> Equal:
    """Send the same clock-in `at_once` times over as many connections, `times` times, each another pair.

    With `same_key` they are one request repeated; without, as many scans of the same person at the same
    equipment. Checks that each time exactly one is answered 201, all others 200, all with the same record,
    and that the database holds one row and one piece of news for each time.
    """
    assert side.count is not None
    result = Equal(times, at_once)
    before = side.count()
    asyncio.run(_all(side, result, same_key))
    side.used += times
    after = side.count()
    result.records = after[0] - before[0]
    if result.records != times:
        result.faults.append(f"{times} times gave {result.records} rows")
    if after[1] - before[1] != times:
        result.faults.append(f"{times} times gave {after[1] - before[1]} rows in the outbox")
    return result


async def _all(side: Side, result: Equal, same_key: bool) -> None:
    lines = [await asyncio.open_connection("127.0.0.1", side.served.port) for _ in range(result.at_once)]
    pairs = list(side.world.walk(side.used, result.times))
    for number, (person, equipment) in enumerate(pairs):
        scanned_at = datetime.now().astimezone().isoformat(timespec="seconds")
        requests = [
            load.request(
                side.names,
                side.world,
                person,
                equipment,
                f"equal-{same_key}-{number}-{0 if same_key else line}",
                scanned_at,
            )
            for line in range(result.at_once)
        ]
        answers = await asyncio.gather(
            *(_send(*line, request) for line, request in zip(lines, requests, strict=True))
        )
        _judge(result, number, answers)
    for _, writer in lines:
        writer.close()


def _judge(result: Equal, number: int, answers: list[tuple[int, dict[str, object]]]) -> None:
    statuses = sorted(status for status, _ in answers)
    result.successes += sum(status in (200, 201) for status in statuses)
    result.created += statuses.count(201)
    if statuses != [200] * (result.at_once - 1) + [201]:
        result.faults.append(f"number {number}: answered {statuses}")
    if len({body.get("id") for _, body in answers}) != 1:
        result.faults.append(f"number {number}: different records")


async def _send(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes
) -> tuple[int, dict[str, object]]:
    writer.write(request)
    head = (await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 30)).decode().split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:])}
    body = await reader.readexactly(int(headers["content-length"]))
    return int(head[0].split()[1]), orjson.loads(body)
