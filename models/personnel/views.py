"""People against the operator codes that their unit's equipment asks for (C01, C02)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from models.core import clock
from models.core.views import Cell, Head, Matrix
from models.equipment.operator_codes.needs import project_names
from models.equipment.records import Equipment
from models.organization.records import Person
from models.personnel.ledgers import PERSONS
from models.training.certificates.validity import standing
from models.training.ledgers import CERTIFICATES
from models.training.records import Certificate

#: How a certificate stands, from the best: how it is called here, and its tone.
_STANDS = {
    "valid": ("正常", "good"),
    "expiring": ("快到期", "warn"),
    "expired": ("过期", "bad"),
    "revoked": ("已注销", "bad"),
}


def _asked_for(company: int) -> list[Head]:
    """The codes that equipment in use asks its operators for, the commonest first."""
    used = Equipment.select(Equipment.required_codes).where(
        Equipment.company == company, Equipment.state == "in_use", Equipment.mode == "clock_in"
    )
    counts = Counter(code for (codes,) in used.tuples() for code in codes.split(",") if code)
    names = project_names()
    return [
        Head(code, f"{code} {names.get(code, '')}".strip(), f"{count} 台设备需要")
        for code, count in counts.most_common()
    ]


def _held(
    company: int, rows: Sequence[Any], where: Sequence[Any]
) -> Mapping[tuple[int, str], Sequence[Cell]]:
    """The best certificate of each person and code; what an operator lacks is 缺失, and bad who has none that counts."""
    best: dict[int, dict[str, Cell]] = defaultdict(dict)
    order = list(_STANDS)
    held = Certificate.select().where(
        Certificate.person.in_([row.id for row in rows] or (0,)), Certificate.catalogue == "2019"
    )
    for one in sorted(held, key=lambda each: order.index(standing(each, clock.today()))):
        text, tone = _STANDS[standing(one, clock.today())]
        best[one.person_id].setdefault(
            one.code, Cell(text, tone, f"{one.number} 至 {one.valid_until}", row=one.id)
        )
    asked = [head.value for head in _asked_for(company)]
    for row in rows:
        if row.role == "operator":
            covered = any(best[row.id][code].tone != "bad" for code in asked if code in best[row.id])
            lacks = Cell("缺失", "plain" if covered else "bad", filters={"person": [str(row.id)]})
            best[row.id] = {**dict.fromkeys(asked, lacks), **best[row.id]}
    return {(person, code): [cell] for person, cells in best.items() for code, cell in cells.items()}


CERTIFICATE_MATRIX = Matrix(
    name="certificate-matrix",
    title="证照矩阵",
    system="C02",
    ledger=CERTIFICATES,
    rows=PERSONS,
    of_company=lambda company, where: Person.company == company,
    columns=_asked_for,
    cells=_held,
    sort="name",
)
