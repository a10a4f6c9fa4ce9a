"""The place, and the equipment, that a scanned text stands for (E07)."""

from __future__ import annotations

from collections.abc import Sequence

from models.core.config import config
from models.equipment.qr import scanned_text
from models.equipment.records import Equipment, EquipmentAlias
from models.grid.records import GridNode

_NUMBERS = (Equipment.code, Equipment.register_code, Equipment.use_cert_no)


def by_scan(companies: Sequence[int], text: str) -> tuple[GridNode | None, Equipment | None]:
    """The place and the equipment that a scanned or typed text means in these companies; None for what it is not."""
    reading = scanned_text.parse(text, own_hosts=(config().public_url, *config().other_hosts))
    allowed = list(companies) or [0]
    if reading.kind != scanned_text.GRID_LABEL:
        equipment = _equipment(reading, allowed)
        if equipment is not None:
            node = GridNode.get_or_none(GridNode.id == (equipment.grid_id or 0))
            return node, equipment
    if reading.kind in (scanned_text.GRID_LABEL, scanned_text.OWN_LABEL):
        label = GridNode.label_code == reading.value
        return GridNode.get_or_none(label, GridNode.company.in_(allowed), GridNode.enabled), None
    return None, None


def _equipment(reading: scanned_text.QrReading, companies: Sequence[int]) -> Equipment | None:
    """Equipment by our label, by an attached code, or by one of its numbers, in this order."""
    rows = Equipment.select().where(Equipment.company.in_(companies))
    found: Equipment | None = None
    if reading.kind == scanned_text.OWN_LABEL:
        found = rows.where(Equipment.label_code == reading.value).first()
    if found is None:
        alias = EquipmentAlias.select(EquipmentAlias.equipment).where(
            EquipmentAlias.key == reading.alias, EquipmentAlias.company.in_(companies)
        )
        found = rows.where(Equipment.id.in_(alias)).first()
    values = [candidate.value for candidate in reading.candidates]
    for column in _NUMBERS if found is None and values else ():
        found = found or rows.where(column.in_(values)).first()
    return found
