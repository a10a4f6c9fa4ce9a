"""Who has to read an edition in force, and who has said that they have (B02)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from models.core import clock
from models.core.db.bulk import insert_new
from models.core.errors import Conflict, Forbidden
from models.core.events.outbox import announce_rows
from models.core.fields import moment_text
from models.core.ledger import Ledger, all_ledgers
from models.core.ledger.parts import ResultFile
from models.core.security.actor import Actor
from models.organization.belonging import own_file, own_units
from models.organization.records import Binding, Company, Person
from models.tasks.publication.reading_sheet import workbook
from models.tasks.publication.records import IN_FORCE, OPEN, EditionRead

if TYPE_CHECKING:
    from models.tasks.publication.publication import Publication

#: News: people have something new to read; one for each company.
TO_READ = "edition.to_read"
#: So many people are listed; the export has all.
SHOWN = 500
_CHUNK = 400


def published_ledgers() -> list[Ledger]:
    """The ledgers whose rows take effect after approval, in the order of the menu."""
    return [ledger for ledger in all_ledgers() if ledger.published is not None]


def publication_of(ledger: Ledger) -> Publication:
    """What a ledger says of taking effect."""
    found: Any = ledger.published
    return found


# Whom an edition concerns.


def must_be_read(publication: Publication, row: Any) -> bool:
    """Whether people have to say that they have read it: in force, and it is asked of them."""
    return _asks(publication, row) and row.standing == IN_FORCE


def _asks(publication: Publication, row: Any) -> bool:
    """Whether an edition is one to be read: all are where the ledger names its readers."""
    name = publication.asked_to_read
    return publication.readers is not None or bool(name and row.__data__.get(name))


def concerned(publication: Publication, row: Any, companies: Iterable[int]) -> Any:
    """The query of the people of these companies whom an edition concerns: bound, and of its units if it names any."""
    own = row.scope_value("company")
    among = [company for company in companies if own is None or company == own]
    query = (
        Person.select()
        .join(Binding, on=(Binding.person == Person.id))
        .where(Binding.state == "approved", Person.company.in_(among or [0]))
    )
    if publication.readers is not None:
        return query.where(publication.readers(row))
    units = _units(publication, row)
    if units is None:
        return query
    inside = Person.company.in_(units) | Person.site.in_(units) | Person.department.in_(units)
    return query.where(inside)


def _units(publication: Publication, row: Any) -> list[int] | None:
    """The units that it names with all below them; None where it names none, which means everybody."""
    if not publication.concerned:
        return None
    sub = type(row).sub_rows[publication.concerned]
    chosen = [each.item_id for each in sub.owned_by([row.get_id()])]
    if not chosen:
        return None
    found: set[int] = set()
    for node in Company.select(Company.id, Company.path).where(Company.id.in_(chosen)):
        found.add(node.id)
        found |= {below.id for below in Company.select(Company.id).where(Company.path.startswith(node.path))}
    return sorted(found)


def ask(publication: Publication, row: Any) -> None:
    """Tell the people whom an edition concerns that there is something new to read, if it asks that of them."""
    if not must_be_read(publication, row):
        return
    own = row.scope_value("company")
    companies = [own] if own is not None else [
        node.id for node in Company.select(Company.id).where(Company.kind == "company").order_by(Company.id)
    ]  # fmt: skip
    news = ((company, row.get_id(), {"ledger": publication.ledger}) for company in companies)
    announce_rows(TO_READ, news)


# Who has read it.


def mark(actor: Actor, ledger: Ledger, row_id: int) -> dict[str, Any]:
    """The actor says that they have read an edition; twice says it once. Gives `of_row` as it is then.

    Raises NotFound, Conflict for one that is not in force, Forbidden for who has no file.
    """
    row = ledger.record.find(actor, ledger.rights["read"], row_id)
    if row.standing != IN_FORCE:
        raise Conflict(
            "这一版不用登记阅读", code="wrong_state", cause=f"它现在是“{ledger.record.standing.title_of(row.standing)}”",
            advice="请在列表里打开现行的一版",
        )  # fmt: skip
    person = _reader(actor, row)
    if person is None:
        raise Forbidden(
            "不能登记阅读", code="not_bound", cause="您在这家单位没有人员档案，或者还在审核",
            advice="请联系安全管理员建档，再来登记",
        )  # fmt: skip
    columns = ("company_id", "ledger", "row_id", "person_id", "door", "read_at")
    values = (person.company_id, ledger.name, row.get_id(), person.id, actor.door[:16], clock.now())
    insert_new("edition_read", columns, [values])
    return of_row(actor, ledger, row_id)


def _reader(actor: Actor, row: Any) -> Person | None:
    """The actor's own file: in the edition's company, or, where it is everybody's, in the one that they work for now."""
    own = row.scope_value("company")
    if own is not None:
        return own_file(actor, own)
    units = own_units(actor)
    first = actor.company_id if actor.company_id in units else next(iter(units), None)
    return None if first is None else own_file(actor, first)


def mine(publication: Publication, actor: Actor, rows: Sequence[Any]) -> dict[int, str]:
    """By row: whether the actor has read it, or still has to; nothing for what is not asked of them."""
    asked = [row for row in rows if must_be_read(publication, row)]
    if not asked or not actor.person_ids:
        return {}
    read = _read_by(publication.ledger, actor, [row.get_id() for row in asked])
    units = own_units(actor)
    found = {}
    for row in asked:
        if row.get_id() in read:
            found[row.get_id()] = "read"
        elif concerned(publication, row, units).where(Person.id.in_(actor.person_ids)).exists():
            found[row.get_id()] = "unread"
    return found


def _read_by(ledger: str, actor: Actor, ids: Sequence[int]) -> set[int]:
    query = EditionRead.select(EditionRead.row_id).where(
        EditionRead.ledger == ledger, EditionRead.person_id.in_(actor.person_ids or (0,)),
        EditionRead.row_id.in_(list(ids) or [0]),
    )  # fmt: skip
    return {row.row_id for row in query}


def of_row(actor: Actor, ledger: Ledger, row_id: int) -> dict[str, Any]:
    """How an edition is read: {asked, later, mine, read, unread, items, more}.

    Who may export the ledger sees who of their own companies has and has not; others see about themselves alone, and
    the counts are empty.
    """
    publication = publication_of(ledger)
    row = ledger.record.find(actor, ledger.rights["read"], row_id)
    asked = must_be_read(publication, row)
    own = {**dict.fromkeys(_read_by(ledger.name, actor, [row.get_id()]), "read")} or mine(
        publication, actor, [row]
    )
    told: dict[str, Any] = {
        "asked": asked, "later": _later(publication, row), "mine": own.get(row.get_id()),
        "may_mark": row.standing == IN_FORCE and _reader(actor, row) is not None,
        "read": None, "unread": None, "items": [], "more": 0,
    }  # fmt: skip
    if not _may_see_others(actor, ledger):
        return told
    lines = readers(actor, ledger, row)
    read = sum(1 for line in lines if line["read_at"] is not None)
    unread = len(lines) - read
    return told | {"read": read, "unread": unread, "items": lines[:SHOWN], "more": max(0, len(lines) - SHOWN)}


def _later(publication: Publication, row: Any) -> bool:
    """Whether people will be asked to read it, once it is in force."""
    return _asks(publication, row) and row.standing in OPEN


def _may_see_others(actor: Actor, ledger: Ledger) -> bool:
    right = ledger.rights.get("export")
    return right is not None and bool(actor.whole_companies(right))


def readers(actor: Actor, ledger: Ledger, row: Any) -> list[dict[str, Any]]:
    """Who of the actor's companies has to read it or has: {name, unit, department, read_at}; who has not comes first."""
    publication = publication_of(ledger)
    companies = actor.whole_companies(ledger.rights["export"])
    when = {
        read.person_id: read.read_at
        for read in EditionRead.select().where(
            EditionRead.ledger == ledger.name, EditionRead.row_id == row.get_id(), EditionRead.company_id.in_(companies or (0,))
        )
    }  # fmt: skip
    people = {}
    if must_be_read(publication, row):
        people = {person.id: person for person in concerned(publication, row, companies)}
    others = sorted(set(when) - set(people))
    for start in range(0, len(others), _CHUNK):
        query = Person.select().where(Person.id.in_(others[start : start + _CHUNK]))
        people |= {person.id: person for person in query}
    names = _unit_names(people.values())
    order = sorted(people.values(), key=lambda one: (one.id in when, one.company_id, one.name_sort, one.id))
    return [
        {
            "person": str(one.id), "name": one.name, "unit": names.get(one.company_id, ""),
            "department": names.get(one.department_id or one.site_id or 0, ""),
            "read_at": moment_text(when[one.id]) if one.id in when else None,
        }
        for one in order
    ]  # fmt: skip


def _unit_names(people: Iterable[Person]) -> dict[int, str]:
    ids = {each for one in people for each in (one.company_id, one.department_id, one.site_id) if each}
    return {
        node.id: node.name
        for node in Company.select(Company.id, Company.name).where(Company.id.in_(ids or {0}))
    }


def sheet(publication: Publication, actor: Actor, rows: Sequence[Any], values: dict[str, Any]) -> ResultFile:
    """Who has read an edition and who has not, as a workbook."""
    ledger = publication.declared
    return workbook(ledger.label(rows[0]), rows[0].edition, readers(actor, ledger, rows[0]))


# What one has to read oneself.


def to_read(actor: Actor) -> list[tuple[Ledger, Any, str]]:
    """What the actor has to read or has: (ledger, row, "unread" or "read"), unread first, the newest first."""
    found: list[tuple[Ledger, Any, str]] = []
    for ledger in published_ledgers():
        publication = publication_of(ledger)
        if not publication.is_read or not actor.may(ledger.rights["read"]):
            continue
        record: Any = ledger.record
        query = actor.see(record.select(), record, ledger.rights["read"]).where(record.standing == IN_FORCE)
        if publication.asked_to_read:
            query = query.where(record._meta.fields[publication.asked_to_read] == True)  # noqa: E712
        rows = list(query.order_by(record.in_force_at.desc(), record.id.desc()))
        states = mine(publication, actor, rows)
        found += [(ledger, row, states[row.get_id()]) for row in rows if row.get_id() in states]
    return sorted(found, key=lambda each: each[2] == "read")


__all__ = [
    "SHOWN", "TO_READ", "ask", "concerned", "mark", "mine", "must_be_read", "of_row", "publication_of",
    "published_ledgers", "readers", "sheet", "to_read",
]  # fmt: skip
