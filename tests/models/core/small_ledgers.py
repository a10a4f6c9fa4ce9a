"""Small ledgers over real records, two companies with people in them, and who looks at them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from models.core.fields import Choice, LongText, Text
from models.core.labels.label_codes import new_label_code
from models.core.ledger import (
    Action,
    Column,
    Derived,
    Filter,
    ImportPlan,
    Ledger,
    Rules,
    Section,
    declaration,
)
from models.core.ledger.changes.default_rules import plain_create, plain_delete, plain_edit
from models.core.security.actor import Actor
from models.core.security.identifiers import id_check_character
from models.core.security.rights import Scope, all_rights
from models.duty.records import ClockIn
from models.equipment.records import Equipment, EquipmentType
from models.organization.records import Company, Person
from models.training.records import Certificate

_numbers = itertools.count(1)


@contextmanager
def _unregistered() -> Iterator[None]:
    """Declare without leaving a trace: only a test that asks for them meets these ledgers."""
    before = {ledger.name: ledger for ledger in declaration.all_ledgers()}
    yield
    declaration._ledgers.clear()
    declaration._ledgers.update(before)


def id_number(number: int) -> str:
    """A valid identity number, another one for each `number`."""
    first = f"3301021990{1 + number // 28000 % 12:02}{1 + number // 1000 % 28:02}{number % 1000:03}"
    return first + id_check_character(first)


def _rename(actor: Actor, rows: Sequence[Any], values: Mapping[str, Any]) -> list[Any]:
    return [row.change(location=values["location"]) for row in rows]


def _equipment_create(actor: Actor, values: dict[str, Any]) -> Any:
    return plain_create(Equipment)(actor, {**values, "label_code": new_label_code()})


with _unregistered():
    COMPANIES = Ledger(
        name="companies",
        record=Company,
        title="公司",
        group="组织",
        system="J01",
        noun="公司",
        measure="家",
        empty="还没有公司。",
        columns=(Column("name"), Column("kind"), Column("parent")),
        search=("name",),
        rights={"read": "companies.read", "create": "companies.create", "delete": "companies.delete"},
        form=(Section("基本", ("name", "kind", "parent")),),
        rules=Rules(delete=plain_delete(Company)),
    )
    PERSONS = Ledger(
        name="persons",
        record=Person,
        title="人员",
        group="组织",
        system="Q05",
        noun="人员",
        measure="名",
        empty="还没有人员。",
        columns=(
            Column("name", fixed=True),
            Column("id_number"),
            Column("phone"),
            Column("company"),
            Column("role"),
        ),
        filters=(Filter("company", "reference"), Filter("role", "choice"), Filter("may_review", "flag")),
        search=("name", "phone"),
        sort="-id",
        sorts=("id", "name", "phone"),
        form=(
            Section("基本", ("company", "name", "id_number", "phone", "role", "may_review", "site", "note")),
        ),
        rights={
            "read": "persons.read",
            "create": "persons.create",
            "edit": "persons.edit",
            "delete": "persons.delete",
            "import": "persons.import",
            "export": "persons.export",
        },
        note=lambda person: person.phone,
        rules=Rules(plain_create(Person), plain_edit(Person), plain_delete(Person, ClockIn.person_id)),
        importing=ImportPlan(
            columns=("company", "name", "id_number", "phone", "role", "may_review", "job_number"),
            file_name="人员导入模板",
            key=("company", "id_number"),
            samples={"name": "王大友", "id_number": "", "phone": "13800000000"},
        ),
        attachments=True,
    )
    EQUIPMENT = Ledger(
        name="equipment",
        record=Equipment,
        title="设备",
        group="扫码上岗",
        system="Q13",
        noun="设备",
        measure="台",
        empty="还没有设备。点“新增”登记第一台，或者导入 Excel。",
        columns=(
            Column("name", 160, fixed=True),
            Column("company"),
            Column("site"),
            Column("type"),
            Column("state"),
            Column("lng", shown=False),
            Column("next_inspection_on"),
            Column("operator_codes"),
            Column("scans"),
            Column("created_at"),
        ),
        filters=(
            Filter("company", "reference"),
            Filter("state", "choice"),
            Filter("type", "reference"),
            Filter("operator_codes", "choice"),
            Filter("quick_open", "flag"),
            Filter("location", "text"),
            Filter("next_inspection_on", "date_range"),
            Filter("created_at", "moment_range"),
            Filter("scans", "choice"),
        ),
        search=("name", "location", "company"),
        sort="-created_at",
        sorts=("name", "created_at", "state"),
        form=(
            Section("基本信息", ("company", "name", "type", "code", "use_cert_no", "state", "site")),
            Section("其他", ("location", "quick_open", "next_inspection_on", "lng", "lat", "operator_codes")),
        ),
        derived=(
            Derived(
                "scans",
                "上岗次数",
                "integer",
                load=lambda actor, rows: {row.get_id(): len(row.name) for row in rows},
                where=lambda values: Equipment.name.in_(list(values)),
                choices=(Choice("a", "甲"),),
            ),
        ),
        rights={
            "read": "equipment.read",
            "create": "equipment.create",
            "edit": "equipment.edit",
            "delete": "equipment.delete",
            "import": "equipment.import",
            "export": "equipment.export",
        },
        tone=lambda row, values: "bad" if values["state"] == "scrapped" else "plain",
        rules=Rules(_equipment_create, plain_edit(Equipment), plain_delete(Equipment, ClockIn.equipment_id)),
        actions=(
            Action(
                "move",
                "搬走",
                "equipment.edit",
                _rename,
                where="bulk",
                fields=(("location", Text("新位置", max=20, required=True)), ("why", LongText("原因"))),
                when={"state": ("in_use", "stopped")},
            ),
        ),
        attachments=True,
        live=True,
    )
    CERTIFICATES = Ledger(
        name="certificates",
        record=Certificate,
        title="证照",
        group="扫码上岗",
        system="C02",
        noun="证照",
        measure="条",
        empty="还没有证照。",
        columns=(Column("person"), Column("number"), Column("code"), Column("valid_until")),
        filters=(Filter("person", "reference"),),
        search=("number", "person"),
        sort="valid_until",
        sorts=("valid_until",),
        form=(Section("证照", ("person", "number", "code", "valid_until", "state")),),
        rights={
            "read": "certificates.read",
            "create": "certificates.create",
            "edit": "certificates.edit",
            "delete": "certificates.delete",
        },
        label=lambda row: f"{row.person.name} {row.code}",
        rules=Rules(plain_create(Certificate), plain_edit(Certificate), plain_delete(Certificate)),
    )
    CLOCK_INS = Ledger(
        name="clock-ins",
        record=ClockIn,
        title="上岗日志",
        group="扫码上岗",
        system="Q10",
        noun="上岗日志",
        empty="还没有上岗日志。",
        columns=(
            Column("scanned_at"),
            Column("company"),
            Column("person_name"),
            Column("equipment_name"),
            Column("code"),
            Column("certificate_number"),
            Column("day"),
            Column("received_at"),
        ),
        filters=(
            Filter("company", "reference"),
            Filter("scanned_at", "moment_range"),
            Filter("day", "date_range", along="scanned_at"),
            Filter("code", "text"),
        ),
        search=("person_name", "equipment_name"),
        sort="-scanned_at",
        sorts=("scanned_at",),
        rights={"read": "clock-ins.read", "export": "clock-ins.export"},
        label=lambda row: row.person_name,
        live=True,
    )

LEDGERS = (COMPANIES, PERSONS, EQUIPMENT, CERTIFICATES, CLOCK_INS)


def actor(company: Company | None, *others: Company, scope: Scope = Scope.COMPANY, **options: Any) -> Actor:
    """Somebody with every right, as far as `scope`; with `others` for the whole group."""
    rights = options.pop("rights", None) or {right.name: scope for right in all_rights()}
    companies = tuple(item.id for item in (company, *others) if item is not None)
    return Actor(
        account_id=7,
        name="测试员",
        company_id=company.id if company else None,
        rights=dict.fromkeys(rights, Scope.GROUP) if others else rights,
        group_companies=companies,
        door="console",
        **options,
    )


def company(name: str, parent: Company | None = None, kind: str = "company") -> Company:
    """A company (its own root), or a site of one."""
    made = Company.create(name=name, kind=kind, parent=parent)
    root = made.id if kind == "company" else parent.company_root
    Company.update(company_root=root, path=f"/{made.id}/").where(Company.id == made.id).execute()
    return Company.get_by_id(made.id)


def person(unit: Company, name: str = "王大友", **values: Any) -> Person:
    """A person's file."""
    number = next(_numbers)
    given = {"id_number": id_number(number), "phone": f"138{number:08}", **values}
    return Person.create(company=unit, name=name, **given)


def forklift() -> EquipmentType:
    """The type of a forklift, as installed or made."""
    kind, _ = EquipmentType.get_or_create(code="5110", defaults={"name": "叉车"})
    return kind


def equipment(unit: Company, name: str = "1号叉车", **values: Any) -> Equipment:
    """A forklift of the company."""
    return Equipment.create(
        company=unit, name=name, **{"type": forklift(), "label_code": new_label_code(), **values}
    )


def clock_in(unit: Company, **values: Any) -> ClockIn:
    """A row of the log, as the gate would write it."""
    from models.core import clock

    number = next(_numbers)
    now = values.pop("scanned_at", clock.now())
    return ClockIn.create(
        **{
            "id": number,
            "company": unit,
            "person_id": 1,
            "person_name": "王大友",
            "equipment_id": 1,
            "equipment_name": "1号叉车",
            "code": "N1",
            "certificate_number": "330102199001010011",
            "day": clock.local(now).date(),
            "scanned_at": now,
            "received_at": now,
            "evidence": {"place": None},
            "once_key": f"k{number}",
            "request_key": f"{number:064}",
            **values,
        }
    )
