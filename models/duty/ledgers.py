"""How the log of clock-ins is listed (Q10)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from models.core.ledger import Column, Derived, Filter, Ledger
from models.core.row_ids import parse_ids
from models.core.security.actor import Actor
from models.duty.evidence import in_words
from models.duty.records import EXPORT_CLOCK_INS, READ_CLOCK_INS, ClockIn
from models.equipment.ledgers import GROUP, Loaded


def _named(id_column: str, name_column: str) -> Any:
    """Loads a reference from what the clock-in itself keeps, so that it reads as it did then."""

    def load(actor: Actor, records: Sequence[Any]) -> Loaded:
        return {
            row.get_id(): {"id": str(getattr(row, id_column)), "label": getattr(row, name_column)}
            for row in records
        }

    return load


def _ids(values: Sequence[str]) -> list[int]:
    return parse_ids(values) or [0]


def _evidence(actor: Actor, records: Sequence[ClockIn]) -> Loaded:
    return {row.id: in_words(row.evidence) for row in records}


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
        Column("received_at", 170, shown=False),
    ),
    filters=(
        Filter("day", "date_range", along="scanned_at"),
        Filter("company", "reference"),
        Filter("person", "reference"),
        Filter("equipment", "reference"),
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
            where=lambda values: ClockIn.person_id.in_(_ids(values)),
            to="persons",
        ),
        Derived(
            "equipment",
            "设备",
            "reference",
            load=_named("equipment_id", "equipment_name"),
            where=lambda values: ClockIn.equipment_id.in_(_ids(values)),
            to="equipment",
        ),
        Derived("evidence", "当时的情况", "facts", load=_evidence),
    ),
    label=lambda row: f"{row.person_name} · {row.equipment_name}",
    rights={"read": READ_CLOCK_INS, "export": EXPORT_CLOCK_INS},
    live=True,
)
