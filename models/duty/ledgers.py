"""How the log of clock-ins is listed (Q10)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from models.core import clock
from models.core.ledger import Column, Derived, Filter, HomeNumber, Ledger, PhoneFace
from models.core.ledger.reading.references import label_of, load_rows
from models.core.security.actor import Actor
from models.duty.evidence import in_words
from models.duty.records import EXPORT_CLOCK_INS, READ_CLOCK_INS, ClockIn
from models.equipment.ledgers import GROUP, Loaded
from models.equipment.records import EquipmentType
from models.organization.records import READ_PERSONS, Company


def _named(id_column: str, name_column: str) -> Any:
    """Loads a reference from what the clock-in itself keeps, so that it reads as it did then."""

    def load(actor: Actor, records: Sequence[Any]) -> Loaded:
        return {
            row.get_id(): {"id": str(getattr(row, id_column)), "label": getattr(row, name_column)}
            for row in records
        }

    return load


def _present(id_column: str, target: type[Any]) -> Any:
    """Loads a reference by its id, called as what it means is called now."""

    def load(actor: Actor, records: Sequence[Any]) -> Loaded:
        named = load_rows(target, {getattr(row, id_column) for row in records} - {None})
        return {
            row.get_id(): {"id": str(there.get_id()), "label": label_of(there)}
            for row in records
            if (there := named.get(getattr(row, id_column))) is not None
        }

    return load


def _evidence(actor: Actor, records: Sequence[ClockIn]) -> Loaded:
    return {row.id: in_words(row.evidence) for row in records}


def _day(day: date) -> dict[str, Any]:
    return {"day": {"from": day.isoformat(), "to": day.isoformat()}}


CLOCK_INS = Ledger(
    name="clock-ins",
    record=ClockIn,
    title="上岗日志",
    group=GROUP,
    place=-1,  # what one looks at most
    system="Q10",
    noun="上岗记录",
    empty="还没有上岗记录。作业人员在手机上点“扫码上岗”、扫设备的二维码，这里就会出现一条。",
    columns=(
        Column("day", 110, fixed=True),
        Column("scanned_at", 170),
        Column("person_name", 110),
        Column("equipment_name", 180),
        Column("code", 110),
        Column("certificate_number", 190),
        Column("late", 80),
        Column("company", 180),
        Column("site", 140, shown=False),
        Column("type", 140, shown=False),
        Column("received_at", 170, shown=False),
    ),
    filters=(
        Filter("day", "date_range", along="scanned_at"),
        Filter("company", "reference"),
        Filter("person", "reference"),
        Filter("equipment", "reference"),
        Filter("site", "reference"),
        Filter("type", "reference"),
        Filter("late", "flag"),
    ),
    search=("person_name", "equipment_name"),
    search_title="姓名、设备",
    sort="-scanned_at",
    sorts=("scanned_at",),
    derived=(
        Derived(
            "person",
            "人员",
            "reference",
            load=_named("person_id", "person_name"),
            to="persons",
            column=ClockIn.person_id,
        ),
        Derived(
            "equipment",
            "设备",
            "reference",
            load=_named("equipment_id", "equipment_name"),
            to="equipment",
            column=ClockIn.equipment_id,
        ),
        Derived(
            "site",
            "厂站",
            "reference",
            load=_present("site_id", Company),
            to="companies",
            column=ClockIn.site_id,
        ),
        Derived(
            "type",
            "设备种类",
            "reference",
            load=_present("type_id", EquipmentType),
            to="equipment-types",
            column=ClockIn.type_id,
        ),
        Derived("evidence", "当时的情况", "facts", load=_evidence),
    ),
    label=lambda row: f"{row.person_name} · {row.equipment_name}",
    related=("person", "equipment"),
    rights={"read": READ_CLOCK_INS, "export": EXPORT_CLOCK_INS},
    live=True,
    # One's own stands under 上岗日志; this is for who looks at others'.
    phone=PhoneFace(
        title="person_name",
        second=("equipment_name", "scanned_at", "code"),
        badge="",
        changes=False,
        right=READ_PERSONS,
    ),
    home=(HomeNumber("today", "今天的上岗记录", lambda: _day(clock.today()), "today"),),
)
