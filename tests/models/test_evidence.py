"""Evidence of a closed case is nobody's to delete or replace: a correction stands beside it (E09, G02, A07, X06).

Every ledger is walked, in every state in which its rows are closed, by somebody who has every right.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from models.accidents.ledgers import ACCIDENTS
from models.accidents.records import Accident, AccidentVersion
from models.administration.accounts.actors import actor_for_account
from models.administration.records import Account, Assignment
from models.administration.roles.roles import builtin
from models.core import clock
from models.core.config import config, configure
from models.core.db.connection import in_transaction
from models.core.errors import AnbanError, Conflict
from models.core.files import attachments, photos
from models.core.history import Change
from models.core.ledger import Ledger, all_ledgers
from models.core.ledger.changes import editing
from models.core.records import Record
from models.core.security.actor import Actor
from models.equipment.records import Equipment, EquipmentType
from models.equipment.rules import delete_equipment
from models.hazards.display.hazard_json import hazard_view
from models.hazards.ledgers import HAZARDS
from models.hazards.records import Hazard
from models.objectives.records import InvestmentItem, InvestmentPlan
from models.organization.records import Company, Person
from models.regulations.records import Document, Folder
from models.tasks.records import Case
from tests.models.hazards.grid_company import Land, picture
from tests.support.ledger_rows import RowMaker
from tests.support.prepared_rows import lay_standards

#: Rows of these are what happened: no rule, and no sweep, deletes one.
NEVER_DELETED = {
    "Accident", "AccidentVersion", "Case", "CaseEvent", "CaseStep", "ClockIn", "Errand", "Extension", "GivenTask",
    "Hazard", "Point", "Task",
}  # fmt: skip
PAPER = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
CLOSED = [
    (ledger.name, field, value)
    for ledger in all_ledgers()
    for field, values in ledger.closed.items()
    for value in values
]


@pytest.fixture
def land(database: Any, clock: Any, tmp_path: Path) -> Iterator[Land]:
    before = config()
    configure(replace(before, data_dir=tmp_path))
    lay_standards()
    yield Land()
    configure(before)


@pytest.fixture
def everything(land: Land) -> Actor:
    """Somebody with every right over the whole group; some rows are changed by nobody but who they are of: by 工."""
    account = Account.create(company=land.company, login="all", name="全权", current_company=land.company)
    Assignment.create(account_id=account.id, role=builtin("administrator"), company_id=None)
    return replace(actor_for_account(account, "console"), person_ids=(land.id("工"),))


def _ledger(name: str) -> Ledger:
    return next(ledger for ledger in all_ledgers() if ledger.name == name)


def _row(land: Land, record: type[Record]) -> Any:
    unit, person = land.company, land.people["工"]
    if record is Hazard:
        return land.snap(photos=[land.photo("工")])
    if record is Accident:
        accident = Accident.create(
            company=unit, number="KB26-1", what="有人受伤", place="泵房", happened_at=clock.now(),
            reported_at=clock.now(), level="一般", provisional=True, reporter=person,
        )  # fmt: skip
        AccidentVersion.create(
            accident=accident, number=1, kind="report", facts={"what": "有人受伤"}, changed=[], by_name="工"
        )
        return accident
    if record is Document:
        folder = Folder.get(Folder.level == "company", Folder.parent.is_null())
        return Document.create(company=unit, folder=folder, name="操作规程", content="限速", note="初稿")
    if record is not InvestmentPlan:
        return RowMaker(unit, land.sites[0], "证据", {Company: unit, Person: person}).row(record)
    plan = InvestmentPlan.create(company=unit, number="TR-1", name="安措", year=2026, maker=person)
    InvestmentItem.create(company=unit, plan=plan, category="其他", name="护栏", amount_wan=1)
    return plan


def test_every_ledger_that_takes_files_of_a_case_says_when_it_is_closed() -> None:
    """A ledger with a way that ends must say so: the declaration refuses it."""
    ending = {each.name for each in all_ledgers() if each.attachments and each.record.transitions is not None}
    assert (
        ending == {name for name, _, _ in CLOSED} >= {"hazards", "accidents", "investment-plans", "documents"}
    )
    with pytest.raises(ValueError, match="keeps no evidence"):
        Ledger(
            name="probe", record=Hazard, title="", group="", system="", noun="", empty="", columns=(),
            rights={"read": "hazards.read"}, attachments=True, sort="-id", closed={"state": ("closed",)},
        )  # fmt: skip


@pytest.mark.parametrize(("name", "field", "value"), CLOSED)
def test_evidence_of_a_closed_case_stays_whoever_asks(
    land: Land, everything: Actor, name: str, field: str, value: str
) -> None:
    ledger = _ledger(name)
    row = _row(land, ledger.record)
    there = in_transaction(attachments.add, everything, ledger, row.id, "现场.jpg", picture())
    ledger.record.update({field: value}).where(ledger.record.id == row.id).execute()
    listed = in_transaction(attachments.list_of, everything, ledger, row.id)
    assert all(item["kept"] and not item["later"] for item in listed)
    for item in listed:
        with pytest.raises(Conflict) as refused:
            in_transaction(attachments.delete, everything, ledger, row.id, item["id"])
        assert refused.value.code == "kept" and refused.value.advice
        assert not photos.forget(everything, int(item["id"]))
    with pytest.raises(AnbanError):
        in_transaction(editing.delete, everything, ledger, row.id)
    later = in_transaction(attachments.add, everything, ledger, row.id, "现场.jpg", picture((1, 2, 3)))
    assert later["later"] and later["kept"] and later["id"] != there["id"]
    after = in_transaction(attachments.list_of, everything, ledger, row.id)
    assert [item["id"] for item in after] == [*(item["id"] for item in listed), later["id"]]
    assert Change.select().where(Change.action == "attached").count() == 2


@pytest.mark.parametrize(("name", "field", "value"), CLOSED)
def test_what_is_written_of_a_closed_case_stays_or_has_versions(
    land: Land, everything: Actor, name: str, field: str, value: str
) -> None:
    ledger = _ledger(name)
    row = _row(land, ledger.record)
    ledger.record.update({field: value}).where(ledger.record.id == row.id).execute()
    before = ledger.record.get_by_id(row.id)
    texts = [
        each for each in ledger.form_fields() if each in ("what", "place", "name", "note", "number", "issuer")
    ]
    assert texts
    for each in texts:
        if ledger is ACCIDENTS:  # 续报: a new version beside the old ones
            in_transaction(editing.edit, everything, ledger, row.id, before.version, {each: "改了"})
            before = ledger.record.get_by_id(row.id)
            continue
        with pytest.raises(AnbanError):
            in_transaction(editing.edit, everything, ledger, row.id, before.version, {each: "改了"})
        assert ledger.record.get_by_id(row.id).__data__ == before.__data__
    if ledger is ACCIDENTS:
        kept = (
            AccidentVersion.select()
            .where(AccidentVersion.accident == row.id)
            .order_by(AccidentVersion.number)
        )
        assert [version.number for version in kept] == list(range(1, len(texts) + 2))
        assert kept[0].facts["what"] == "有人受伤"


def test_photos_that_were_decided_on_stay_while_the_case_is_open(land: Land, everything: Actor) -> None:
    """Nobody takes them away first and closes the case then."""
    hazard = land.snap(photos=[land.photo("工")])
    (shot,) = in_transaction(attachments.list_of, everything, HAZARDS, hazard.id)
    assert shot["kept"]
    with pytest.raises(Conflict):
        in_transaction(attachments.delete, everything, HAZARDS, hazard.id, shot["id"])
    paper = in_transaction(attachments.add, everything, HAZARDS, hazard.id, "报价.pdf", PAPER)
    assert not paper["kept"]
    in_transaction(attachments.delete, everything, HAZARDS, hazard.id, paper["id"])


def test_what_is_added_to_a_closed_hazard_is_no_picture_of_before(land: Land, everything: Actor) -> None:
    hazard = land.snap(photos=[land.photo("工")])
    Hazard.update(state="closed").where(Hazard.id == hazard.id).execute()
    in_transaction(attachments.add, everything, HAZARDS, hazard.id, "补拍.jpg", picture((9, 9, 9)))
    shown = hazard_view(land.actor("工"), hazard.id)
    assert (len(shown["photos_before"]), len(shown["photos_after"])) == (1, 0)


def test_papers_of_a_plan_that_was_refused_stay_new_ones_may_go(
    land: Land, everything: Actor, clock: Any
) -> None:
    plan = _row(land, InvestmentPlan)
    ledger = _ledger("investment-plans")
    old = in_transaction(attachments.add, everything, ledger, plan.id, "报价.pdf", PAPER)
    clock.forward(minutes=1)
    version = Case.flow_version.rel_model.select().first()
    Case.create(
        company=land.company, flow_version=version, kind="investment_plan", subject_id=plan.id, title="安措",
        state="refused",
    )  # fmt: skip
    InvestmentPlan.update(state="refused").where(InvestmentPlan.id == plan.id).execute()
    with pytest.raises(Conflict):
        in_transaction(attachments.delete, everything, ledger, plan.id, old["id"])
    clock.forward(minutes=1)
    new = in_transaction(attachments.add, everything, ledger, plan.id, "新报价.pdf", PAPER)
    in_transaction(attachments.delete, everything, ledger, plan.id, new["id"])


def test_equipment_that_a_hazard_names_stays(land: Land, everything: Actor) -> None:
    kind = EquipmentType.select().first()
    machine = Equipment.create(company=land.company, name="1号叉车", type=kind, label_code="0000000001")
    Hazard.update(equipment_id=machine.id).where(Hazard.id == land.snap().id).execute()
    with pytest.raises(Conflict) as refused:
        in_transaction(delete_equipment, everything, machine)
    assert refused.value.code == "has_records" and "1 条隐患" in refused.value.cause
    assert Equipment.get_or_none(Equipment.id == machine.id) is not None


def test_no_line_of_the_program_deletes_what_happened() -> None:
    root = Path(__file__).resolve().parents[2]
    found = [
        f"{path.relative_to(root)}:{node.lineno}"
        for folder in ("models", "handlers", "miniprogram_api", "bots", "server")
        for path in (root / folder).rglob("*.py")
        if "migrations" not in path.parts
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute)
        and node.attr in ("delete", "truncate_table", "delete_by_id")
        and isinstance(node.value, ast.Name)
        and node.value.id in NEVER_DELETED
    ]
    assert found == []
    for ledger in all_ledgers():
        assert ledger.record.__name__ not in NEVER_DELETED or ledger.rules.delete is None, ledger.name
