"""Following: to hear what becomes of a thing that is not one's own (H04)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from peewee import IntegrityError

from models.core.db.bulk import select_in
from models.core.db.connection import database
from models.core.errors import Conflict, NotFound
from models.core.ledger.declaration import all_ledgers, ledger_named
from models.core.records import Record
from models.core.security.actor import Actor
from models.organization.records import Person
from models.tasks.records import Follow
from models.tasks.rights import READ_TASKS
from models.tasks.subjects import all_served, served_kind

_FOLLOWED = (
    "SELECT DISTINCT subject_id FROM follow WHERE subject_kind IN ({kinds}) AND subject_id IN ({keys})"
)


# A follow that is older than the row was of another, deleted one (`is_of`).
_FOLLOWERS = (
    "SELECT f.subject_id, f.person_id FROM follow f JOIN {table} t ON t.id = f.subject_id"
    " WHERE f.subject_kind IN ({kinds}) AND f.subject_id IN ({keys})"
    " AND (t.created_at IS NULL OR f.created_at >= t.created_at) ORDER BY f.id"
)


def names_of(table: str) -> list[str]:
    """Every kind by which rows of a table are followed: of the flows that serve them, of the ledgers that list them."""
    served = [one.kind for one in all_served() if one.record._meta.table_name == table]
    return served + [one.name for one in all_ledgers() if one.record._meta.table_name == table]


def _like(kind: str) -> list[str]:
    """The kinds that mean the same rows: who follows a thing as a row of its ledger follows it as a flow's subject."""
    record = _record(kind)
    return [kind] if record is None else names_of(record._meta.table_name)


def _record(kind: str) -> type[Record] | None:
    try:
        return served_kind(kind).record
    except LookupError:
        ledger = ledger_named(kind)
        return None if ledger is None else ledger.record


def _made(kind: str, ids: Iterable[int]) -> dict[int, datetime]:
    """When the rows were made, of those that are there."""
    record = _record(kind)
    if record is None:
        return {}
    key = record._meta.primary_key
    return dict(record.select(key, record.created_at).where(key.in_(list(ids))).tuples())


def is_of(row: Follow, made: datetime | None) -> bool:
    """Whether it follows the row that was made then. One that is older was of another, deleted one: SQLite gives the
    last number anew.
    """
    return made is None or row.created_at >= made


def gone(rows: Sequence[Follow]) -> set[int]:
    """Those of the follows, by id, whose row is not there (any more). They stay: a row that comes back is followed."""
    found: set[int] = set()
    for kind in {row.subject_kind for row in rows}:
        mine = [row for row in rows if row.subject_kind == kind]
        made = _made(kind, {row.subject_id for row in mine})
        found |= {
            row.id for row in mine if row.subject_id not in made or not is_of(row, made[row.subject_id])
        }
    return found


def follow(actor: Actor, kind: str, subject_id: int) -> Follow:
    """Follow a thing that I may read; the same again gives what is there. `kind` is one that a flow serves, or a ledger's
    name: any row of it.

    Raises NotFound for a thing that is not there for me, Conflict `no_identity` for an account without a file.
    """
    actor.require(READ_TASKS)
    subject, title = _subject(actor, kind, subject_id)
    person, home = _file(actor, subject.scope_value("company"))
    alike = Follow.subject_kind.in_(_like(kind)) & (Follow.subject_id == subject.get_id())
    there = Follow.get_or_none((Follow.person == person) & alike)
    if there is not None:
        if is_of(there, subject.created_at):
            return there
        there.delete_instance()
    mine = (Follow.person == person) & (Follow.subject_kind == kind) & (Follow.subject_id == subject.get_id())
    try:
        with database.atomic():
            return Follow.create(
                company=subject.scope_value("company") or home, person=person, subject_kind=kind,
                subject_id=subject.get_id(), title=title[:160],
            )  # fmt: skip
    except IntegrityError:
        return Follow.get(mine)


def unfollow(actor: Actor, kind: str, subject_id: int) -> bool:
    """Follow it no more; says whether I did."""
    actor.require(READ_TASKS)
    mine = Follow.delete().where(
        _mine(actor), Follow.subject_kind.in_(_like(kind)), Follow.subject_id == subject_id
    )
    return bool(mine.execute())


def follows(actor: Actor, kind: str, subject_id: int) -> bool:
    """Whether I follow the thing."""
    same = Follow.subject_kind.in_(_like(kind)) & (Follow.subject_id == subject_id)
    rows = list(Follow.select().where(_mine(actor), same))
    made = _made(kind, [subject_id]).get(subject_id) if rows else None
    return any(is_of(row, made) for row in rows)


def followers(kind: str, subject_id: int) -> list[int]:
    """The persons who follow a thing, each once."""
    rows = Follow.select(Follow.person).where(
        Follow.subject_kind.in_(_like(kind)), Follow.subject_id == subject_id
    )
    return list(dict.fromkeys(person for (person,) in rows.order_by(Follow.id).tuples()))


def follows_of(table: str, row_id: int, made: datetime | None) -> list[Follow]:
    """Who follows a row of a table, by whatever kind; `made` is when the row was, None if it is gone."""
    query = Follow.select().where(Follow.subject_kind.in_(names_of(table)), Follow.subject_id == row_id)
    return [item for item in query.order_by(Follow.id) if is_of(item, made)]


def followed_among(table: str, row_ids: Iterable[int]) -> set[int]:
    """Those of the rows of a table that anybody follows, by id."""
    kinds = kinds_in_sql(table)
    if not kinds:
        return set()
    return {row_id for (row_id,) in select_in(_FOLLOWED.replace("{kinds}", kinds), set(row_ids))}


def followers_among(table: str, row_ids: Iterable[int]) -> dict[int, list[int]]:
    """The persons who follow rows of a table that are there, by the row's id; whoever followed first stands first."""
    kinds = kinds_in_sql(table)
    found: dict[int, list[int]] = {}
    if kinds:
        sql = _FOLLOWERS.replace("{table}", table).replace("{kinds}", kinds)
        for row_id, person in select_in(sql, set(row_ids)):
            found.setdefault(row_id, []).append(person)
    return found


def kinds_in_sql(table: str) -> str:
    """The kinds by which rows of a table are followed as a list in a statement; empty if they never are."""
    return ",".join(f"'{name}'" for name in names_of(table))


def _mine(actor: Actor) -> object:
    return Follow.person.in_(actor.person_ids or (0,))


def _subject(actor: Actor, kind: str, subject_id: int) -> tuple[Record, str]:
    """The thing and what it is called: of a served kind, or else a row of the ledger of that name."""
    try:
        served = served_kind(kind)
    except LookupError:
        ledger = ledger_named(kind)
        if ledger is None:
            raise NotFound("没有这种事项") from None
        row = ledger.record.find(actor, ledger.rights["read"], subject_id)
        return row, ledger.label(row)
    subject = served.record.find(actor, served.read, subject_id)
    return subject, served.title_of(subject)


def _file(actor: Actor, company_id: int | None) -> tuple[int, int]:
    """My file at the thing's unit, or else the first that I have (who may read all of the group), and its unit."""
    files = Person.select(Person.id, Person.company).where(Person.id.in_(actor.person_ids or (0,)))
    mine = sorted((row.company_id != company_id, row.id, row.company_id) for row in files)
    if not mine:
        raise Conflict(
            "现在不能关注",
            code="no_identity",
            cause="您的账号没有对应的人员档案，收不到通知",
            advice="请让单位管理员把您加入“人员”",
        )
    return mine[0][1:]
