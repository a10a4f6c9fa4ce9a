"""After the storm: the database and the platform's own record of every phone are held against what people were told.

Nobody never told, nobody told twice with the same task, no acknowledgement lost, every step of escalation accounted for.
What the platform itself makes twice, or what can't be avoided, is counted and named.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from peewee import fn

from models.accidents.records import Accident
from models.core.db.connection import in_transaction
from models.core.events.outbox import DEAD, TAKEN, WAITING, Outbox
from models.messages.channels.records import CARD, GROUP, SMS
from models.messages.escalation import auditor
from models.messages.records import LATE, Delivery, Escalation, EscalationStep, Inbound, Message, Notice
from scripts.drills.standing import Standing
from scripts.drills.storm import Told

Record = dict[str, list[dict[str, Any]]]


@dataclass
class Proof:
    """`counts` are figures for the reader, `faults` what must not be."""

    counts: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def must(self, what: str, rows: list[Any]) -> None:
        """None of `rows` may be there."""
        if rows:
            self.faults.append(f"{what}: {len(rows)}, such as {rows[:3]}")


def unrest() -> dict[str, int]:
    """What is still to be done, by kind; all 0 when it is quiet."""

    def count() -> dict[str, int]:
        return {
            "news": Outbox.select().where(Outbox.state.in_((WAITING, TAKEN))).count(),
            "deliveries": Delivery.select().where(Delivery.state.in_(("queued", "sending"))).count(),
            "callbacks": Inbound.select().where(Inbound.state.in_(("new", "failed", *LATE.values()))).count(),
            "chains": Escalation.select().where(Escalation.state == "running").count(),
        }

    return in_transaction(count, write=False)


def prove(stand: Standing, told: Told, record: Record) -> Proof:
    """Hold everything against everything. Call it when it is quiet."""
    proof = Proof()
    in_transaction(_prove, proof, stand, told, record, write=False)
    proof.must("gaps that the auditor finds", [f"{gap.kind} {gap.row_id}" for gap in auditor.audit()])
    proof.faults += told.faults
    return proof


def _prove(proof: Proof, stand: Standing, told: Told, record: Record) -> None:
    messages = {row.subject_id: row for row in Message.select().where(Message.kind == "accident.reported")}
    users = {person: stand.town.user(n) for n, person in enumerate(stand.town.persons)}
    phones = _Phones(record)
    _reports(proof, stand, told, messages)
    _told(proof, users, phones)
    _twice(proof, users, phones, stand)
    _answers(proof, stand, told, users, messages)
    _chains(proof)
    left = {kind: number for kind, number in unrest().items() if number}
    proof.must("not at rest", list(left.items()))
    proof.must("given up by the relay", [row.id for row in Outbox.select().where(Outbox.state == DEAD)])


class _Phones:
    """The platform's record by user: the cards of each message, the text messages, what came twice by itself."""

    def __init__(self, record: Record) -> None:
        self.cards: dict[tuple[str, int], Counter[str]] = defaultdict(
            Counter
        )  # task id → calls that showed it
        self.texts: dict[str, Counter[str]] = defaultdict(Counter)  # words → calls
        self.groups: dict[str, Counter[str]] = defaultdict(Counter)
        self.by_platform = 0  # the same call shown twice: its own fault
        for owner, entries in record.items():
            seen: set[str] = set()
            for entry in entries:
                if entry["mine"]:
                    continue
                if entry["id"] in seen:
                    self.by_platform += 1
                    continue
                seen.add(entry["id"])
                self._sort(owner, entry)

    def _sort(self, owner: str, entry: dict[str, Any]) -> None:
        kind, _, whose = owner.partition(":")
        if kind == "sms":
            self.texts[whose][entry["content"]["content"]] += 1
        elif kind == "g":
            self.groups[whose][str(entry["content"].get("main_title", {}).get("title"))] += 1
        elif entry["msgtype"] == "template_card":
            task = str(entry["task_id"])
            self.cards[whose, _message_of(task)][task or f"entry {entry['id']}"] += 1


def _message_of(task: str) -> int:
    """The message that a card's task id is of: `m<id>-…`; 0 for the answers to what people wrote."""
    head = task.partition("-")[0]
    return int(head[1:]) if head[:1] == "m" and head[1:].isdecimal() else 0


def _reports(proof: Proof, stand: Standing, told: Told, messages: dict[int, Message]) -> None:
    """Every report that was confirmed is there once, and was told to those chosen."""
    proof.counts["reports confirmed"] = len(told.reports)
    proof.counts["tries of reports and answers by the phone's door"] = told.tries
    lost, twice, untold, short = [], [], [], []
    for what, accident_id in told.reports.items():
        found = Accident.select().where(Accident.what == what).count()
        (lost if not found else twice if found > 1 else []).append(what)
        message = messages.get(accident_id)
        if message is None:
            untold.append(what)
            continue
        chosen = {stand.town.persons[n] for n in told.receivers[what]}
        noticed = {row.person_id for row in Notice.select().where(Notice.message == message.id)}
        if chosen - noticed:
            short.append((what, len(chosen - noticed)))
    proof.must("reports lost", lost)
    proof.must("reports there twice", twice)
    proof.must("reports that nobody was told of", untold)
    proof.must("people without a notice", short)


def _told(proof: Proof, users: dict[int, str], phones: _Phones) -> None:
    """Everybody noticed has it on the phone: as a card or, where that was dropped, as an SMS; or has answered anyway."""
    never, numbers = [], {row.id: row.number for row in Accident.select(Accident.id, Accident.number)}
    rows = Notice.select(Notice, Message).join(Message, on=(Notice.message == Message.id))
    for notice in rows.where(Notice.why != "reporter"):
        user, message = users[notice.person_id], notice.message
        card = bool(phones.cards.get((user, message.id)))
        number = numbers[message.subject_id]
        text = any(number in words for words in phones.texts[user])
        proof.counts["people told"] += 1
        if card:
            proof.counts["… by a card"] += 1
        elif text:
            proof.counts["… by SMS alone, as the platform had dropped the card in silence"] += 1
        elif notice.answer is not None:
            proof.counts["… who answered before anything reached them"] += 1
        elif notice.for_notice_id is not None and _all_called_off(notice.id):
            proof.counts["… called off, as whom they stood in for had answered first"] += 1
        else:
            never.append((user, message.id, _ways(notice.id)))
    proof.must("people never told", never)


def _all_called_off(notice_id: int) -> bool:
    return not Delivery.select().where(Delivery.notice == notice_id, Delivery.state != "cancelled").exists()


def _ways(notice_id: int) -> list[str]:
    return [
        f"{row.way}.{row.step} {row.state} {row.reason or ''}"
        for row in Delivery.select().where(Delivery.notice == notice_id)
    ]


def _twice(proof: Proof, users: dict[int, str], phones: _Phones, stand: Standing) -> None:
    """No more cards than there were steps by card; no task id in two calls; robots and SMS are counted."""
    proof.counts["shown twice by the platform itself (its fault “duplicate”)"] = phones.by_platform
    wanted: Counter[tuple[str, int]] = Counter()
    for row in Delivery.select(Delivery.person, Delivery.message).where(Delivery.way == CARD):
        wanted[users[row.person_id], row.message_id] += 1
    proof.must(
        "people told twice of a step by card",
        [(key, dict(cards)) for key, cards in phones.cards.items() if key[1] and len(cards) > wanted[key]],
    )
    proof.must(
        "one task id in two calls",
        [(key, task) for key, cards in phones.cards.items() for task, times in cards.items() if times > 1],
    )
    proof.must("SMS that came twice", _texts_twice(users, phones))
    _groups_twice(proof, phones, stand)


def _texts_twice(users: dict[int, str], phones: _Phones) -> list[Any]:
    numbers = dict(Accident.select(Accident.id, Accident.number).tuples())
    rows = Delivery.select(Delivery.person, Message.subject_id, fn.COUNT(Delivery.id)).join(
        Message, on=(Delivery.message == Message.id)
    )
    wanted: Counter[tuple[str, str]] = Counter()
    for person, subject, steps in (
        rows.where(Delivery.way == SMS).group_by(Delivery.person, Message.subject_id).tuples()
    ):
        wanted[users[person], numbers[subject]] += steps
    came: Counter[tuple[str, str]] = Counter()
    for user, texts in phones.texts.items():
        for words, times in texts.items():
            came[user, words.partition("】")[2].split(" ")[0]] += times
    return [(key, times, wanted[key]) for key, times in came.items() if times > wanted[key]]


def _groups_twice(proof: Proof, phones: _Phones, stand: Standing) -> None:
    """A robot knows no id of ours: what is repeated after an answer that was lost comes twice."""
    shown: Counter[int] = Counter()
    for whose, titles in phones.groups.items():
        shown[stand.town.group_ids[int(whose)]] += sum(titles.values())
    tried: Counter[int] = Counter()
    for row in Delivery.select(Delivery.group, Delivery.state, Delivery.attempts).where(
        Delivery.way == GROUP
    ):
        proof.counts["broadcasts to groups"] += 1
        tried[row.group_id] += max(row.attempts, 1)
        if row.state != "accepted":
            proof.counts["… that failed for good"] += 1
    total = sum(shown.values())
    proof.counts["… that came twice, unavoidable (a robot has no task ids)"] = max(
        0, total - proof.counts["broadcasts to groups"]
    )
    proof.must("more broadcasts than tries", [each for each in shown if shown[each] > tried[each]])


def _answers(
    proof: Proof, stand: Standing, told: Told, users: dict[int, str], messages: dict[int, Message]
) -> None:
    """Whoever was shown that the answer was taken has one in the database."""
    rows = Notice.select(Notice.person, Notice.message).where(Notice.answer.is_null(False)).tuples()
    answered = {(users[person], message) for person, message in rows}
    pressed = [(user, int(head[1:])) for user, head in told.accepted]
    later = [(user, int(head[1:])) for user, head in told.later]
    by_phone = [
        (stand.town.user(n), messages[accident].id) for n, accident in told.answered if accident in messages
    ]
    proof.counts["presses whose card said “taken”"] = len(pressed)
    proof.counts["presses told “later”, and done since"] = len(later)
    proof.counts["answers confirmed by the phone's door"] = len(by_phone)
    proof.counts["presses that the platform gave up after three deliveries, and said so"] = told.seen_to_fail
    proof.counts["people who gave up pressing"] = len(told.given_up)
    proof.counts["answers in the database"] = len(answered)
    proof.must("acknowledgements lost", [one for one in [*pressed, *later, *by_phone] if one not in answered])
    proof.must("presses refused", told.refused)
    results = Inbound.select(Inbound.state, Inbound.result, fn.COUNT(Inbound.id)).group_by(
        Inbound.state, Inbound.result
    )
    for state, result, number in results.tuples():
        proof.counts[f"callbacks kept: {state}, {result}"] = number


def _chains(proof: Proof) -> None:
    """Every chain has ended: by an answer, or because every step of it was taken."""
    taken = Counter(row for (row,) in EscalationStep.select(EscalationStep.escalation).tuples())
    answered = {row for (row,) in Notice.select(Notice.id).where(Notice.answer.is_null(False)).tuples()}
    for one in Escalation.select():
        proof.counts[f"chains {one.state}"] += 1
        if one.state == "stopped" and one.notice_id not in answered:
            proof.counts["… stopped by who stands above them"] += 1
        if one.state == "finished" and taken[one.id] != len(one.steps):
            proof.faults.append(f"chain {one.id} has ended with {taken[one.id]} of {len(one.steps)} steps")
        if one.state == "finished" and one.notice_id in answered:
            proof.faults.append(f"chain {one.id} was not stopped by the answer")
    proof.counts["steps of chains"] = sum(taken.values())
