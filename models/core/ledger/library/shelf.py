"""What somebody can pick from: the standards of the product and of their group, with what they have of it already (J07)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from models.core.errors import Invalid
from models.core.fields import Lines
from models.core.ledger.declaration import Ledger, ledger_named
from models.core.ledger.library.declaration import Library, Part, Standard
from models.core.ledger.library.hooks import group_of
from models.core.ledger.library.offering import offered
from models.core.ledger.library.records import LibraryCopy, LibraryOffer, subject_of
from models.core.ledger.library.versions import GROUP, PRODUCT, product_standards, source_of
from models.core.ledger.sub_rows import in_words, lines_in_words
from models.core.row_ids import parse_id
from models.core.security.actor import Actor

#: What comes from whom, as a picker says it.
FROM = {PRODUCT: "系统样例", GROUP: "集团标准"}


def whose(ledger: Ledger, source: str) -> str:
    """Whose a standard is, in words."""
    kind, _, key = source.partition(":")
    return (library_of(ledger).whose(key) if kind == PRODUCT else "") or FROM[kind]


def library_of(ledger: Ledger) -> Library:
    """What a ledger says of its standards."""
    assert ledger.library is not None
    return ledger.library


def on_the_shelf(ledger: Ledger, unit: int | None) -> dict[str, Standard]:
    """All that can be picked for a unit, by source: its group's own first. Another group's is not there."""
    own = offered(ledger, group_of(unit))
    group = {source_of(GROUP, str(row_id)): one for row_id, one in own.items()}
    return group | product_standards(ledger)


def company_for(actor: Actor, ledger: Ledger, company: Any) -> int | None:
    """The unit that a copy is for: the named one, if the actor may make rows there, or their own. Raises Invalid."""
    if company in (None, ""):
        return actor.company_id
    unit = parse_id(company)
    if unit is None or unit not in actor.companies(ledger.rights["create"]):
        raise Invalid(fields={"company": "没有这家单位，请从列表中选择"})
    return unit


def shelf(actor: Actor, ledger: Ledger, company: Any = None) -> dict[str, Any]:
    """{title, group_title, groups, parts, items}: what can be picked for a unit, the group's own first.

    An item is {source, from, name, group, sample, note, facts, parts: [{part, key, label, facts}], there}; `there` is the
    unit's row that was made of it, or that is called the same.
    """
    actor.require(ledger.rights["create"])
    library = library_of(ledger)
    unit = company_for(actor, ledger, company)
    found = on_the_shelf(ledger, unit)
    own = _own_offers(ledger, unit)
    there = _there(ledger, unit, found)
    items = [
        _item(ledger, source, one, there.get(source)) for source, one in found.items() if source not in own
    ]
    return {
        "title": library.title,
        "group_title": library.group_title,
        "groups": list(dict.fromkeys(item["group"] for item in items if item["group"])),
        "parts": [{"name": part.name, "title": part.title} for part in library.parts],
        "items": items,
    }


def _own_offers(ledger: Ledger, unit: int | None) -> set[str]:
    """What the unit offers itself: nothing for it to copy."""
    record: Any = ledger.record
    company = record.scope_field("company")
    if company is None or unit is None:
        return set()
    ids = [
        one.row_id
        for one in LibraryOffer.select(LibraryOffer.row_id).where(LibraryOffer.ledger == ledger.name)
    ]
    key = record._meta.primary_key
    rows = record.select(key).where(key.in_(ids or [0]), company == unit)
    return {source_of(GROUP, str(row.get_id())) for row in rows}


def _there(ledger: Ledger, unit: int | None, found: Mapping[str, Standard]) -> dict[str, dict[str, str]]:
    """What the unit has of the standards, by source: its copy, or a row of its own that is the same thing."""
    library = library_of(ledger)
    rows = sorted(rows_of(ledger, unit), key=lambda row: row.scope_value("company") is not None)
    named = {tuple(row.__data__.get(name) for name in library.told_by): row for row in rows}
    by_subject = {subject_of(row): row for row in rows}
    copies = LibraryCopy.select(LibraryCopy.source, LibraryCopy.row_id).where(
        LibraryCopy.ledger == ledger.name
    )
    copied = {one.source: by_subject[one.row_id] for one in copies if one.row_id in by_subject}
    made = {}
    for source, standard in found.items():
        told = tuple(standard.values.get(name) for name in library.told_by)
        row = copied.get(source) or named.get(told)
        if row is not None:
            made[source] = {"id": str(row.get_id()), "label": ledger.label(row)}
    return made


def rows_of(ledger: Ledger, unit: int | None) -> list[Any]:
    """The rows of a unit that stand, with everybody's where those are as good."""
    record: Any = ledger.record
    company = record.scope_field("company")
    mine: Any = record._meta.primary_key.is_null(False)
    if company is not None:
        mine = company.is_null() if unit is None else company == unit
        if library_of(ledger).shared:
            mine |= company.is_null()
    if ledger.published is not None:
        mine &= ledger.published.living()
    return list(record.select().where(mine))


def _item(ledger: Ledger, source: str, one: Standard, there: dict[str, str] | None) -> dict[str, Any]:
    library = library_of(ledger)
    return {
        "source": source,
        "from": whose(ledger, source),
        "name": name_of(ledger, one),
        "group": one.group,
        "sample": one.sample,
        "note": one.note,
        "facts": [*facts(ledger, one.values, (library.label,)), *_facts(one.facts)],
        "parts": [
            {
                "part": part.name,
                "key": line.key,
                "label": line_label(part, line.key, line.values),
                "facts": facts(
                    child_of(part), {name: line.values[name] for name in part.shows if name in line.values}
                ),
            }
            for part in library.parts
            for line in one.parts.get(part.name, ())
        ],
        "there": there,
    }


def name_of(ledger: Ledger, one: Standard) -> str:
    """What a standard is called."""
    if one.title:
        return one.title
    label = library_of(ledger).label
    return words(ledger, label, one.values[label]) if label in one.values else one.key


def line_label(part: Part, key: str, values: Mapping[str, Any]) -> str:
    """What a row of a part is called."""
    return words(child_of(part), part.label, values[part.label]) if part.label in values else key


def child_of(part: Part) -> Ledger:
    """The ledger whose rows a part brings along."""
    found = ledger_named(part.ledger)
    assert found is not None, f"there is no ledger {part.ledger}"
    return found


def _facts(pairs: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"title": title, "text": text} for title, text in pairs]


def facts(ledger: Ledger, values: Mapping[str, Any], but: Iterable[str] = ()) -> list[dict[str, str]]:
    """Values of a form as people read them, in the order of the form."""
    told = [
        (ledger.title_of(name), words(ledger, name, values[name]))
        for name in ledger.form_fields()
        if name in values and name not in but
    ]
    return _facts((title, text) for title, text in told if text)


def words(ledger: Ledger, name: str, value: Any) -> str:
    """A value of a form as people read it."""
    field = ledger.field_named(name)
    return lines_in_words(field, value) if isinstance(field, Lines) else in_words(field, value)


__all__ = [
    "child_of", "company_for", "facts", "library_of", "line_label", "name_of", "on_the_shelf", "rows_of", "shelf", "whose",
    "words",
]  # fmt: skip
