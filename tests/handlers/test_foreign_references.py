"""Every reference of every ledger, tried with a row of another company: by form, action, sheet, filter and pick list (J04).

The ledgers and their references are found by themselves; each is tried with an own row beside it, which is not refused.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from models.core.db.connection import in_transaction
from models.core.errors import Invalid
from models.core.excel.imports import importing
from models.core.excel.imports.lookups import find_all
from models.core.excel.ledger_columns import lines_of
from models.core.fields import Described, Lines, Link, References, Text
from models.core.ledger import Ledger, all_ledgers
from models.core.ledger.changes.editing import create, edit
from models.core.ledger.changes.form_values import asked_in_form, clean_answers, clean_form
from models.core.ledger.reading.listing import list_rows
from models.core.ledger.reading.options import options
from models.core.ledger.reading.query import ListQuery
from models.core.ledger.reading.references import label_of
from models.core.ledger.reference_check import link_of, link_to, points
from models.core.records import Record
from models.core.security.actor import Actor
from models.core.security.rights import Scope, all_rights
from models.organization.records import Company
from tests.support.ledger_rows import CannotMake, RowMaker
from tests.support.two_companies import FOREIGN

Makers = dict[str, RowMaker]


def worker_for_all(makers: Makers, scope: Scope = Scope.COMPANY) -> Actor:
    """Somebody of the own company with every right, as far as `scope`."""
    unit, other = makers["own"].unit.id, makers["other"].unit.id
    return Actor(
        account_id=makers["own"].row(_record_of("users")).id,
        name="全",
        company_id=unit,
        rights={right.name: scope for right in all_rights()},
        group_companies=(unit, other),
        person_ids=(makers["own"].row(_record_of("persons")).id,),
        door="console",
    )


def _record_of(name: str) -> type[Record]:
    return next(ledger.record for ledger in all_ledgers() if ledger.name == name)


def links_in(field: Described) -> Iterator[tuple[str, Link]]:
    """The references that a field makes, with the box of its lines that makes them (or "")."""
    if isinstance(field, Lines):
        yield from ((name, link) for name, part in field.parts.items() for _, link in links_in(part))
    elif (link := link_of(field)) is not None:
        yield "", link


def target_of(maker: RowMaker, link: Link) -> Any:
    """A row of the maker's company that the reference could be about; None where there are none of companies."""
    model = link.rel_model
    if model.company_field is None:
        return None
    if model is not Company:
        return maker.row(model)
    return {"site": maker.site, "department": None}.get(link.only[1] if link.only else "", maker.unit)


def sent_as(field: Described, part: str, row_id: int) -> Any:
    """What a form sends to say that the field points at this row."""
    if isinstance(field, Lines):
        needed = {
            name: "一"
            for name, box in field.parts.items()
            if box.required and box.kind in ("text", "longtext")
        }
        return [{**needed, part: sent_as(field.parts[part], "", row_id)}]
    return [str(row_id)] if isinstance(field, References) else str(row_id)


def cases(makers: Makers, who: Actor, fields: dict[str, Described]) -> Iterator[tuple[str, Any, Any, Any]]:
    """By field with a reference: its name, the foreign row, and how a form sends that and an own one.

    For which company something is may be chosen by who reaches them all.
    """
    for name, field in fields.items():
        for part, link in links_in(field):
            if (
                link.rel_model is Company
                and name == "company"
                and who.rights["companies.read"] == Scope.GROUP
            ):
                continue
            own, other = target_of(makers["own"], link), target_of(makers["other"], link)
            if other is not None:
                yield name, other, sent_as(field, part, other.get_id()), sent_as(field, part, own.get_id())


def refused(call: Any, *args: Any, **named: Any) -> dict[str, str]:
    """The sentences of a refusal, by field; none where nothing is refused."""
    try:
        in_transaction(call, *args, **named)
    except Invalid as error:
        return dict(error.fields)
    return {}


@pytest.mark.parametrize("scope", [Scope.COMPANY, Scope.GROUP], ids=["company", "group"])
def test_forms_and_actions_take_no_row_of_another_company(makers: Makers, scope: Scope) -> None:
    """Who may reach the other company may still not point into it from a row of this one."""
    who, tried = worker_for_all(makers, scope), 0
    for ledger in all_ledgers():
        row = makers["own"].row(ledger.record)
        fields = {name: item.field for name, item in asked_in_form(ledger).items()}
        owner = ledger.record.company_field
        for name, other, foreign, own in cases(makers, who, fields):
            tried += 1
            here = {owner: str(makers["own"].unit.id)} if owner in fields and name != owner else {}
            told = f"{ledger.name}.{name}"
            if ledger.rules.create is not None and (here or scope == Scope.COMPANY):
                assert name in refused(create, who, ledger, {**here, name: foreign}), told
                right = ledger.rights["create"]
                assert name not in refused(clean_form, who, ledger, {**here, name: own}, right=right), told
            if ledger.rules.edit is not None and row.scope_value("company") is not None:
                assert name in refused(edit, who, ledger, row.get_id(), row.version, {name: foreign}), told
            assert type(other).get_by_id(other.get_id()).version == other.version
        tried += _try_actions(makers, ledger, who, row)
    assert tried > 30


def _try_actions(makers: Makers, ledger: Ledger, who: Actor, row: Any) -> int:
    tried = 0
    for action in ledger.actions:
        records = [] if action.where == "page" else [row]
        asked = dict(action.fields)
        for name, _, foreign, own in cases(makers, who, asked):
            if not any(each.company_field for each in map(type, records)) and "company" not in asked:
                continue  # nothing says which company it is for
            told = f"{ledger.name} {action.name} {name}"
            here = {"company": str(makers["own"].unit.id)} if "company" in asked else {}
            ask = {"right": action.right, "records": records}
            assert name in refused(clean_answers, who, ledger, asked, {**here, name: foreign}, **ask), told
            assert name not in refused(clean_answers, who, ledger, asked, {**here, name: own}, **ask), told
            tried += 1
    return tried


def test_lists_and_pick_lists_find_nothing_of_another_company(makers: Makers) -> None:
    who = worker_for_all(makers)
    for ledger in all_ledgers():
        makers["other"].row(ledger.record)
        for name, link in _filtered(ledger):
            other = target_of(makers["other"], link)
            if other is None:
                continue
            query = ListQuery.parse(ledger, filters={name: [str(other.get_id())]})
            assert list_rows(who, ledger, query)["items"] == [], f"{ledger.name} by {name}"
        asked = [*asked_in_form(ledger), *(name for each in ledger.actions for name, _ in each.fields)]
        for name in asked:
            if points(_field_of(ledger, name)) and not isinstance(_field_of(ledger, name), Lines):
                assert FOREIGN not in str(options(who, ledger, name, limit=100)), f"{ledger.name} {name}"


def _filtered(ledger: Ledger) -> Iterator[tuple[str, Link]]:
    for item in ledger.filters:
        if item.kind != "reference":
            continue
        derived = ledger.derived_named(item.field)
        if derived is None:
            yield item.field, ledger.record._meta.fields[item.field]
        else:
            assert derived.to is not None
            yield item.field, link_to(derived.title, derived.to)


def _field_of(ledger: Ledger, name: str) -> Any:
    in_form = asked_in_form(ledger).get(name)
    if in_form is not None:
        return in_form.field
    return next(field for action in ledger.actions for each, field in action.fields if each == name)


def test_sheets_take_no_row_of_another_company(makers: Makers) -> None:
    who, tried = worker_for_all(makers), 0
    for ledger in all_ledgers():
        plan = ledger.importing
        for name in plan.columns if plan is not None else ():
            link = link_of(ledger.field_named(name))
            other = None if link is None else target_of(makers["other"], link)
            if link is None or other is None:
                continue
            words = [label_of(other, link.to), str(getattr(other, "name", None) or other.get_id())]
            for text in dict.fromkeys(words):
                found = in_transaction(find_all, who, ledger, name, link, [text], write=False)
                assert not isinstance(found[text], int), f"{ledger.name} {name} {text}"
                checked = importing.check(who, ledger, _sheet(ledger, name, text), lambda *_: None)
                columns = {error.column for error in checked.errors if error.row == 2}
                assert ledger.title_of(name) in columns, f"{ledger.name} {name} {text}"
                tried += 1
    assert tried > 10


def test_lines_on_a_sheet_of_their_own_take_no_row_of_another_company(makers: Makers) -> None:
    who, tried = worker_for_all(makers), 0
    for ledger in all_ledgers():
        for name in lines_of(ledger):
            field = ledger.field_named(name)
            assert isinstance(field, Lines)
            for part, link in links_in(field):
                other = target_of(makers["other"], link)
                if other is None:
                    continue
                text = str(getattr(other, "name", None) or other.get_id())
                checked = importing.check(
                    who, ledger, _sheet_of_lines(ledger, name, part, text), lambda *_: None
                )
                found = [error.message for error in checked.errors if error.column == ledger.title_of(name)]
                assert any(field.parts[part].title in message for message in found), (
                    f"{ledger.name} {name}.{part}"
                )
                tried += 1
    assert tried


def _sheet_of_lines(ledger: Ledger, name: str, part: str, text: str) -> bytes:
    """As `_sheet`, with one line that belongs to the row and has one box filled."""
    plan, field = ledger.importing, ledger.field_named(name)
    assert plan is not None and isinstance(field, Lines)
    book = load_workbook(io.BytesIO(_sheet(ledger, plan.line_key, "1")))
    beside = book.create_sheet(field.title)
    beside.append([ledger.title_of(plan.line_key), *(box.title for box in field.parts.values())])
    beside.append(["1", *(text if each == part else None for each in field.parts)])
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _sheet(ledger: Ledger, name: str, text: str) -> bytes:
    """A sheet with the head of the template and one row, in which one cell is filled."""
    assert ledger.importing is not None
    book = Workbook()
    book.active.append([ledger.title_of(each) for each in ledger.importing.columns])
    book.active.append([text if each == name else None for each in ledger.importing.columns])
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def test_a_reference_is_of_the_kind_that_it_is_for(makers: Makers) -> None:
    """The pick list of 厂站 offers sites alone, and nothing else is taken for one."""
    ledger = next(each for each in all_ledgers() if each.name == "equipment")
    values = {"site": str(makers["own"].unit.id)}
    assert "site" in refused(create, worker_for_all(makers), ledger, values)


def test_a_reference_to_what_nobody_declared_is_not_taken() -> None:
    with pytest.raises(LookupError):
        link_of(References("随便", "nothing-of-the-kind"))


def test_a_ledger_of_which_no_row_can_be_made_is_told(makers: Makers) -> None:
    """A new ledger is never left out of these tests without anybody noticing."""

    class Riddle(Record):
        company = Link("单位", Company, to="companies", required=True)
        answer = Text("谜底", pattern="the one thing that nobody guesses", required=True)

    with pytest.raises(CannotMake, match="谜底"):
        makers["own"].row(Riddle)
