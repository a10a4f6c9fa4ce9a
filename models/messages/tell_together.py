"""Telling many small pieces of news at once: each is a message of its own, all are written by a few statements (K01).

What comes by the hundred (at shift change, clock-ins of what is followed) would by itself take some thirty statements
and a commit apiece.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import structlog

from models.core import clock
from models.core.db.writes import insert_numbered
from models.messages.channels.reachability import Reachability, means_of
from models.messages.delivery import quiet_hours
from models.messages.delivery.insert import Planned, insert_planned
from models.messages.records import Message, Notice
from models.messages.tell import FIRST_PIECE, Telling, message_values, personal_deliveries

log = structlog.get_logger("messages")
#: (company, right to read): by these it hangs who may be told.
_Line = tuple[int, str]


def fits(telling: Telling) -> bool:
    """Whether it may be told beside others: of a few people, and of a thing that has no older cards, chain or thread."""
    plain = telling.subject_version == 1 and telling.thread is None and telling.chain_id is None
    return plain and not telling.groups and len(set(telling.persons)) <= FIRST_PIECE


def tell_together(news: Mapping[int, Telling]) -> list[int]:
    """Tell each of the tellings, which all must `fits`, by the id of its outbox row; in the running transaction.

    Written is what `tell` writes of each. Gives the accounts told. Raises IntegrityError where one was told before:
    who calls it ends the outbox rows in the same transaction, and tells one by one instead.
    """
    numbers = list(news)
    tellings = list(news.values())
    values = [message_values(telling, number) for number, telling in news.items()]
    messages = insert_numbered(Message, values)
    means = _means(tellings)
    planned: list[tuple[int, Telling, Reachability]] = []
    for number, message, telling in zip(numbers, messages, tellings, strict=True):
        found = means[_line(telling)]
        persons = dict.fromkeys(telling.persons)
        planned += [(message, telling, found[person]) for person in persons if person in found]
        missing = sum(person not in found for person in persons)
        if missing:
            log.warning(
                "receivers_left_out", message=message, outbox=number, kind=telling.kind, count=missing
            )
    urgencies = {message: int(row["urgency"]) for message, row in zip(messages, values, strict=True)}
    insert_planned(_deliveries(planned, _notices(planned), urgencies))
    return sorted({item.account_id for _, _, item in planned if item.account_id is not None})


def _line(telling: Telling) -> _Line:
    return telling.company_id, telling.read


def _means(tellings: Sequence[Telling]) -> dict[_Line, dict[int, Reachability]]:
    """How the people of each company and right are reached, asked once for all news about them."""
    persons: dict[_Line, list[int]] = {}
    for telling in tellings:
        persons.setdefault(_line(telling), []).extend(telling.persons)
    return {line: means_of(line[0], people, read=line[1]) for line, people in persons.items()}


def _notices(planned: Sequence[tuple[int, Telling, Reachability]]) -> list[int]:
    """One notice for each person and message, in their order; gives the ids."""
    return insert_numbered(
        Notice,
        [
            {
                "company": telling.company_id, "message": message, "person": item.person_id,
                "account_id": item.account_id, "why": telling.why.get(item.person_id, "chosen"),
            }
            for message, telling, item in planned
        ],
    )  # fmt: skip


def _deliveries(
    planned: Sequence[tuple[int, Telling, Reachability]], notices: Sequence[int], urgencies: Mapping[int, int]
) -> Iterator[tuple[int, int, int, Planned]]:
    now = clock.now()
    for (message, telling, item), notice in zip(planned, notices, strict=True):
        urgency, company = urgencies[message], telling.company_id
        due = quiet_hours.earliest(urgency, now, company, gather=not telling.needs_answer)
        for one in personal_deliveries(telling.ways, urgency, item, notice, now, due):
            yield company, message, urgency, one


__all__ = ["fits", "tell_together"]
