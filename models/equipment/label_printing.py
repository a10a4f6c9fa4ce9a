"""Label sheets of chosen equipment as a file to print (Q13, X08)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from models.core import clock
from models.core.labels.labels import Label
from models.core.labels.printing import label_url, print_labels
from models.core.ledger.declaration import ResultFile
from models.core.ledger.reading.references import load_rows
from models.core.security.actor import Actor
from models.equipment.records import PRINT_LABELS, Equipment, EquipmentType
from models.organization.records import Company

#: What somebody who stands before a machine scans its label for; empty: as the sheet says.
_SCANNED_FOR = {"clock_in": "", "maintenance": "扫码维保", "none": "扫码查设备、报隐患"}


def label_sheets(actor: Actor, records: Sequence[Equipment], values: dict[str, Any]) -> ResultFile:
    """The labels of the equipment as a PDF, a PNG, or a zip of one PNG for each page.

    Raises Conflict `no_font` where the installation has no Chinese font, Invalid for a wrong first place.
    """
    for equipment in records:
        actor.require(PRINT_LABELS, equipment)
    return print_labels(
        _labels(records), values, name=f"设备二维码 {clock.today():%Y-%m-%d} {len(records)}台"
    )


def _labels(records: Sequence[Equipment]) -> list[Label]:
    types = load_rows(EquipmentType, {row.type_id for row in records})
    units = load_rows(Company, {row.company_id for row in records})
    return [
        Label(
            url=label_url(row.label_code),
            code=row.label_code,
            name=row.name,
            number=row.use_cert_no or row.code or row.register_code or "",
            type_name=types[row.type_id].name,
            unit=units[row.company_id].name,
            location=row.location or "",
            title=_SCANNED_FOR[row.mode],
        )
        for row in records
    ]
