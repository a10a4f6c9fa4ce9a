"""The address book of a whole company: how long reading, comparing and tying take, and how long others wait (I4).

`python -m scripts.drills.address_book --people 10000` on the embedded database, without a network: the platform's part
is played by a list, as its own answers take 10 calls or one for each phone (10,000 a minute).
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from models.administration.records import Account
from models.core.config import Config, configure
from models.core.db.connection import close_database, in_transaction, migrate, open_database
from models.core.security.actor import Actor
from models.core.security.rights import Scope
from models.installation import install_standards
from models.messages.channels.records import SET_UP_WAYS, ChatMember, WecomApp
from models.messages.chat_accounts import address_book
from models.messages.chat_accounts.address_book import BookMember
from models.messages.chat_accounts.records import READY, BookMatch
from models.organization.records import Company, Person
from scripts.bench.product.seed import seed
from scripts.bench.world import World


def main() -> None:
    """Plant, read, tie; print the times."""
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("--people", type=int, default=10_000)
    people = wanted.parse_args().people
    with tempfile.TemporaryDirectory() as folder:
        configure(Config(data_dir=Path(folder)))
        open_database(f"sqlite:///{folder}/anban.db")
        try:
            _measure(people)
        finally:
            close_database()


def _measure(people: int) -> None:
    migrate()
    in_transaction(install_standards)
    seed(World(persons=people, equipment=0, companies=1, seed="address-book"), "http://127.0.0.1")
    in_transaction(_tied)
    app = in_transaction(_app)
    book = [
        BookMember(f"u{number}", row.name, row.phone)
        for number, row in enumerate(Person.select().order_by(Person.id))
    ]

    def reader(_: WecomApp) -> tuple[Iterable[BookMember], Callable[[str], str | None]]:
        return book, lambda phone: None

    address_book.read_by(reader)
    began = time.monotonic()
    counts = address_book.read(app)
    print(f"{people} people: read, compared and listed in {time.monotonic() - began:.1f} s: {counts}")
    ids = [row.id for row in BookMatch.select(BookMatch.id).where(BookMatch.verdict == READY)]
    unit = app.company_id
    actor = Actor(None, "drill", unit, {SET_UP_WAYS: Scope.GROUP}, group_companies=(unit,))
    step, longest, began = address_book.TIED_AT_ONCE, 0.0, time.monotonic()
    for start in range(0, len(ids), step):
        then = time.monotonic()
        in_transaction(address_book.tie_matches, actor, ids[start : start + step])
        longest = max(longest, time.monotonic() - then)
    tied = ChatMember.select().where(ChatMember.account_id.is_null(False)).count()
    print(
        f"{tied} tied in {time.monotonic() - began:.1f} s; nobody's write waited longer than {longest:.2f} s"
    )


def _tied() -> None:
    mine = Account.select(Account.id).where(Account.id_hash == Person.id_hash)
    Person.update(account_id=mine).where(Person.account_id.is_null()).execute()


def _app() -> WecomApp:
    company = Company.get(Company.kind == "company")
    return WecomApp.create(
        company=company,
        name="安班",
        corp_id="ww0",
        agent_id=1,
        app_secret="s",
        callback_token="t",
        callback_key="k",
    )


if __name__ == "__main__":
    main()
