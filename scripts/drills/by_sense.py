"""How many cards the same floods make: 60 reports by one worker, 40 comments that mention 20 people each.

In this process, on an embedded database of its own with the demo's plant; nothing is sent. Run it on an older checkout
for the figures before (rules that were not there yet refuse nothing). `python -m scripts.drills.by_sense`.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import click

from models.accidents.rules import report
from models.administration.accounts.actors import actor_for_account
from models.administration.records import Account
from models.core import clock
from models.core.config import Config, configure
from models.core.db.connection import close_database, in_transaction, migrate, open_database
from models.core.errors import AnbanError
from models.core.events import outbox, reactions
from models.core.security.actor import Actor
from models.demo import plant, plant_messages
from models.installation import install_standards
from models.messages import tellers
from models.messages.channels.records import ChatMember
from models.messages.delivery.deliveries import take_due
from models.messages.records import Delivery
from models.organization.records import Binding, Person
from models.tasks.assigned.given_tasks import give
from models.tasks.engine.case_actions import comment
from models.tasks.records import Case, Task

WORKER, OFFICER = "19900000011", "19900000001"
SECRET = "a key ring of the drills, of no use elsewhere"


@click.command()
@click.option("--reports", default=60, show_default=True)
@click.option("--comments", default=40, show_default=True)
@click.option("--mentions", default=20, show_default=True)
def main(reports: int, comments: int, mentions: int) -> None:
    """Flood a plant, and count the cards that would go out."""
    with tempfile.TemporaryDirectory() as folder:
        configure(Config(data_dir=Path(folder), secret_key=SECRET, quiet_hours=""))
        open_database(f"sqlite:///{folder}/anban.db")
        try:
            migrate()
            in_transaction(install_standards)
            in_transaction(plant)
            in_transaction(plant_messages, "http://127.0.0.1:1")
            _told()
            _reports(reports)
            _comments(comments, mentions)
        finally:
            close_database()


def _reports(number: int) -> None:
    moment = (clock.now() - timedelta(minutes=5)).isoformat()
    before = _cards()
    kept = _done(
        number,
        lambda n: in_transaction(
            report,
            _actor(WORKER),
            {"what": f"第 {n} 起", "place": f"{n} 号楼", "happened_at": moment},
            key=str(n),
        ),
    )
    _say(f"{number} reports by one worker", f"{kept} kept", _cards() - before)


def _comments(number: int, mentions: int) -> None:
    unit = _actor(OFFICER).company_id
    bound = Binding.select(Binding.person).where(Binding.company == unit, Binding.state == "approved")
    with_account = Account.select(Account.id_hash).where(Account.state == "active")
    people = Person.select(Person).where(Person.id.in_(bound), Person.id_hash.in_(with_account))
    called = [row.id for row in people.order_by(Person.id).limit(mentions)]
    _reachable(called)
    data: dict[str, Any] = {"title": "扫地", "persons": [str(called[-1])], "needs_review": False}
    in_transaction(give, _actor(OFFICER), data)
    case = Case.select().order_by(Case.id.desc()).get()
    _told()
    for title in ("an open case", "a case that is over"):
        before = _cards()
        kept = _done(
            number, lambda n: in_transaction(comment, _actor(OFFICER), case.id, f"第 {n} 条", called)
        )
        _say(f"{number} × {len(called)} mentions on {title}", f"{kept} taken", _cards() - before)
        Task.update(state="done").where(Task.state == "open").execute()
        Case.update(state="approved", running_key=None, ended_at=clock.now()).where(
            Case.id == case.id
        ).execute()


def _reachable(persons: list[int]) -> None:
    """Give everybody a chat account, so that each mention is a card."""
    there = {row.__data__["person"] for row in ChatMember.select(ChatMember.person)}
    like = ChatMember.select().where(ChatMember.person.is_null(False)).get()
    for person in set(persons) - there:
        values = {**like.__data__, "person": person, "user_id": f"drill{person}"}
        del values["id"]
        if "account_id" in values:
            values["account_id"] = Person.get_by_id(person).account_id
        ChatMember.create(**values)


def _actor(login: str) -> Actor:
    return actor_for_account(Account.get(Account.login == login), "console")


def _done(number: int, act: Callable[[int], object]) -> int:
    """Do it so often; gives how often it was not refused."""
    taken = 0
    for n in range(number):
        with suppress(AnbanError):  # counted by what is missing
            act(n)
            taken += 1
    _told()
    return taken


def _told() -> None:
    """What the relay does, until nothing waits."""
    while rows := in_transaction(outbox.take):
        for row in rows:
            in_transaction(_tell, row)


def _tell(row: outbox.Outbox) -> None:
    if outbox.end(row.id):
        reactions.react(row)
        tellers.tell_of(row)


def _cards() -> int:
    """How many cards go out, now and when small news have been gathered: what is due together is one."""
    far = clock.now() + timedelta(days=1)
    Delivery.update(due_at=clock.now()).where(Delivery.state == "queued", Delivery.due_at < far).execute()
    while in_transaction(take_due, 1000):
        pass
    return int(Delivery.select().where(Delivery.way == "card", Delivery.state == "sending").count())


def _say(what: str, became: str, cards: int) -> None:
    click.echo(f"{what:45} {became:>12} {cards:6} cards")


if __name__ == "__main__":
    main()
