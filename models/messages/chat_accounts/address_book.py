"""Ties by the platform's own address book, read by whoever may set ways up (I4).

A file is somebody's in the address book when name and phone are both the same, and no other tied file's. Name and
phone of a file are typed by officers, who could so make a colleague's file look like themselves: a file whose name or
phone was changed since it was tied to its account, or within a month, is left to its holder. What was found is looked
through before anything is tied, and everybody who is tied is told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from models.core import clock
from models.core.db.connection import in_transaction
from models.core.db.writes import insert_rows
from models.core.errors import Conflict, Malformed
from models.core.history import Change
from models.core.jobs import jobs
from models.core.security.actor import Actor
from models.core.security.identifiers import mobile
from models.core.text.folding import fold
from models.messages.channels.records import BY_BOOK, SET_UP_WAYS, ChatMember, WecomApp, same_user
from models.messages.channels.set_up import check_owner
from models.messages.chat_accounts.records import CHANGED, READY, SEVERAL, TAKEN, TIED, UNASKED, BookMatch
from models.messages.chat_accounts.ties import tie_account
from models.organization.records import Binding, Company, Person

SETTLED = timedelta(days=30)
_PIECE = 200
TIED_AT_ONCE = 20  # in one transaction: others' writes wait for no more


@dataclass(frozen=True)
class BookMember:
    """One member as the address book shows them; newer apps see no phone."""

    user_id: str
    name: str
    phone: str = ""


@dataclass(frozen=True)
class _File:
    person_id: int
    company_id: int
    account_id: int
    name: str
    phone: str


#: Reads the address book of an app; and asks for the user id of a phone (None: nobody's; raises Unasked).
Reader = Callable[[WecomApp], tuple[Iterable[BookMember], Callable[[str], str | None]]]
_readers: list[Reader] = []


class Unasked(Exception):
    """The platform lets us ask no more today."""


def read_by(reader: Reader) -> None:
    """Say who reads address books: the chat door does, which these rules stand under."""
    _readers[:] = [reader]


def start(actor: Actor, app: WecomApp) -> dict[str, Any]:
    """Read the address book of an app in the background, and list who would be tied; gives the job."""
    check_owner(actor, app.__data__["company"])
    actor.require(SET_UP_WAYS, app)
    if not app.enabled:
        raise Conflict("它没有启用", cause="停用的应用读不了通讯录", advice="请先启用，再读取")
    return jobs.start(
        actor, "address_book", None, f"读取通讯录：{app.name}", lambda handle: read(app, handle)
    )


def read(app: WecomApp, handle: Any = None) -> dict[str, Any]:
    """Read, compare, and list. Keeps its own transactions; gives how many of each verdict."""
    if not _readers:
        raise Conflict("读不了通讯录", cause="这个进程没有聊天功能", advice="请在网页服务里读取")
    entries, ask = _readers[0](app)
    files = in_transaction(_files, app, write=False)
    found = compare(app, list(entries), files, ask, handle)
    in_transaction(_keep, app, found)
    counts: dict[str, int] = {}
    for _, _, verdict in found:
        counts[verdict] = counts.get(verdict, 0) + 1
    return counts


def compare(
    app: WecomApp,
    entries: Sequence[BookMember],
    files: Sequence[_File],
    ask: Callable[[str], str | None],
    handle: Any = None,
) -> list[tuple[BookMember, _File, str]]:
    """Whose file each member of the address book is, and whether it may be tied. Nobody's are left out."""
    by_name: dict[str, list[_File]] = {}
    for file in files:
        by_name.setdefault(fold(file.name), []).append(file)
    found: list[tuple[BookMember, _File, str]] = []
    for number, entry in enumerate(entries):
        if handle is not None:
            handle.progress(number, len(entries))
        named = by_name.get(fold(entry.name or ""), [])
        if not named:
            continue
        try:
            mine = [file for file in named if _same_phone(entry, file, ask)]
        except Unasked:
            found.append((entry, named[0], UNASKED))
            continue
        if len({file.account_id for file in mine}) > 1:
            found.append((entry, mine[0], SEVERAL))
        elif mine:
            found.append((entry, mine[0], READY))
    return _judged(app, found)


def _same_phone(entry: BookMember, file: _File, ask: Callable[[str], str | None]) -> bool:
    if not file.phone:
        return False
    if entry.phone:
        return _number(entry.phone) == _number(file.phone)
    return (ask(file.phone) or "").lower() == entry.user_id.lower()


def _number(phone: str) -> str:
    try:
        return mobile(phone)
    except Malformed:  # a landline, a number from abroad: nobody's mobile, and no reason to read no further
        return phone


def _judged(app: WecomApp, found: list[tuple[BookMember, _File, str]]) -> list[tuple[BookMember, _File, str]]:
    ready = [file.account_id for _, file, verdict in found if verdict == READY]
    changed = in_transaction(_changed, {file.person_id for _, file, _ in found}, write=False)
    tied, users = in_transaction(_ties, app, write=False)
    judged = []
    for entry, file, was in found:
        verdict = was
        holder = users.get(entry.user_id.lower())
        if was == READY and ready.count(file.account_id) > 1:
            verdict = SEVERAL  # two members of the address book are the same one's
        elif was == READY and tied.get(file.account_id, "").lower() == entry.user_id.lower():
            verdict = TIED
        elif was == READY and (file.account_id in tied or holder not in (None, file.account_id)):
            verdict = TAKEN
        elif was == READY and file.person_id in changed:
            verdict = CHANGED
        judged.append((entry, file, verdict))
    return judged


def _changed(person_ids: set[int]) -> set[int]:
    """Files whose name or phone somebody changed within the time, or since they were tied to their account."""
    since = clock.now() - SETTLED
    last: dict[int, datetime] = {}
    for row_id, action, changes, at in _trail(person_ids):
        if action == "tied":
            if row_id in last and last[row_id] <= since:
                del last[row_id]
        elif action != "created" and {line.get("field") for line in changes or ()} & {"name", "phone"}:
            last[row_id] = at
    return set(last)


def _trail(person_ids: set[int]) -> list[tuple[int, str, Any, datetime]]:
    rows = []
    ids = sorted(person_ids)
    for start in range(0, len(ids), _PIECE):
        query = (
            Change.select(Change.row_id, Change.action, Change.changes, Change.at)
            .where(Change.table == "person", Change.row_id.in_(ids[start : start + _PIECE]))
            .order_by(Change.id)
        )
        rows += list(query.tuples())
    return rows


def _ties(app: WecomApp, some: Sequence[BookMatch] | None = None) -> tuple[dict[int, str], dict[str, int]]:
    """Which user id each account has in the app, and whose each is; of all, or as far as it concerns `some`."""
    rows = ChatMember.select(ChatMember.account_id, ChatMember.user_id).where(
        ChatMember.app == app.id, ChatMember.account_id.is_null(False)
    )
    if some is not None:
        accounts = [each.account_id for each in some]
        theirs = same_user(ChatMember.user_id, [each.user_id for each in some])
        rows = rows.where(ChatMember.account_id.in_(accounts) | theirs)
    pairs = list(rows.tuples())
    return dict(pairs), {user_id.lower(): account for account, user_id in pairs}


def _files(app: WecomApp) -> list[_File]:
    """The tied files in the units that the app serves."""
    query = (
        Person.select(Person.id, Person.company, Person.account_id, Person.name, Person.phone)
        .join(Binding, on=(Binding.person == Person.id))
        .where(Binding.state == "approved", Person.account_id.is_null(False))
    )
    serving = app.__data__["company"]
    if serving is not None:
        below = Company.select(Company.id).where(Company.path.contains(f"/{serving}/"))
        query = query.where(Person.company.in_(below))
    return [_File(*row) for row in query.order_by(Person.id).tuples()]


def _keep(app: WecomApp, found: Sequence[tuple[BookMember, _File, str]]) -> None:
    """What this reading found takes the place of the one before."""
    BookMatch.delete().where(BookMatch.app == app.id).execute()
    now = clock.now()
    lines = [
        {
            "company": file.company_id, "person": file.person_id, "app": app.id, "account_id": file.account_id,
            "user_id": entry.user_id[:64], "name": entry.name[:60], "verdict": verdict, "read_at": now,
        }
        for entry, file, verdict in found
    ]  # fmt: skip
    for start in range(0, len(lines), _PIECE):
        insert_rows(BookMatch, lines[start : start + _PIECE])


def tie_matches(actor: Actor, ids: Iterable[int]) -> int:
    """Tie what a reading found, where it is still so; gives how many. In a transaction. Raises Forbidden."""
    rows = list(
        BookMatch.select(BookMatch, Person, WecomApp)
        .join(Person, on=(BookMatch.person == Person.id))
        .switch(BookMatch)
        .join(WecomApp, on=(BookMatch.app == WecomApp.id))
        .where(BookMatch.id.in_(list(ids) or (0,)), BookMatch.verdict == READY)
        .order_by(BookMatch.id)
    )
    for row in rows:
        check_owner(actor, row.app.__data__["company"])
        actor.require(SET_UP_WAYS, row)
    changed = _changed({row.person.id for row in rows})
    known: dict[int, tuple[dict[int, str], dict[str, int]]] = {}
    done = 0
    for row in rows:
        if row.app.id not in known:
            known[row.app.id] = _ties(row.app, [each for each in rows if each.app.id == row.app.id])
        mine, users = known[row.app.id]
        ok = (
            row.person.account_id == row.account_id
            and row.person.id not in changed
            and row.account_id not in mine
            and users.get(row.user_id.lower(), row.account_id) == row.account_id
        )
        if ok:
            tie_account(actor, row.account_id, row.app, row.user_id, BY_BOOK)
            mine[row.account_id], users[row.user_id.lower()] = row.user_id, row.account_id
            done += 1
        row.change(verdict=TIED if ok else CHANGED)
    return done


def tie_all(actor: Actor) -> dict[str, Any] | None:
    """Tie all that may be, in the background; gives the job with `count`, None where there is nobody."""
    query = actor.see(BookMatch.select(BookMatch.id), BookMatch, SET_UP_WAYS).where(
        BookMatch.verdict == READY
    )
    ids = [row.id for row in query.order_by(BookMatch.id)]
    if not ids:
        return None

    def work(handle: jobs.JobHandle) -> dict[str, Any]:
        done = 0
        for start in range(0, len(ids), TIED_AT_ONCE):
            handle.progress(start, len(ids))
            done += in_transaction(tie_matches, actor, ids[start : start + TIED_AT_ONCE])
        handle.progress(len(ids), len(ids))
        return {"tied": done}

    return {**jobs.start(actor, "address_book", None, f"按通讯录绑定 {len(ids)} 人", work), "count": len(ids)}
