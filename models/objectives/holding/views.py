"""People against kinds of certificates (C02): what their posts ask for, and what else equipment of the unit needs."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from peewee import fn

from models.core import clock
from models.core.fields import Choice
from models.core.ledger.expiry import EXPIRED, EXPIRING, VALID
from models.core.views import Cell, Head, Matrix, Measure, Statistic
from models.equipment.ledgers import to_be_manned
from models.equipment.records import Equipment
from models.objectives.holding.ledgers import REQUIRED_CERTIFICATES, STANDING
from models.objectives.holding.records import HELD, MISSING, RequiredCertificate
from models.organization.records import Person
from models.personnel.ledgers import PERSONS
from models.training.certificate_types.records import CertificateType
from models.training.certificates.validity import EXPIRY
from models.training.records import Certificate

_SAID: Mapping[str, Choice] = {choice.value: choice for choice in (*EXPIRY.choices, *STANDING.choices)}
_ORDER = ("valid", "expiring", "expired", "revoked")


def _columns(company: int) -> list[Head]:
    """The kinds that people have to hold, and those that equipment in use asks its operators for; the commonest first."""
    people: Counter[int] = Counter(
        dict(
            RequiredCertificate.select(RequiredCertificate.type, fn.COUNT(RequiredCertificate.id))
            .where(RequiredCertificate.company == company)
            .group_by(RequiredCertificate.type)
            .tuples()
        )
    )
    machines = _machines(company)
    mine = CertificateType.in_use_at(company)
    rows = [row for row in CertificateType.select().where(mine) if row.id in people or row.code in machines]
    rows.sort(key=lambda row: (-people[row.id], -machines[row.code], row.sequence, row.id))
    return [Head(str(row.id), row.title, _note(people[row.id], machines[row.code])) for row in rows]


def _machines(company: int) -> Counter[str]:
    """How much of the equipment that has to be manned asks for each operator code."""
    used = Equipment.select(Equipment.required_codes).where(Equipment.company == company, to_be_manned())
    return Counter(code for (codes,) in used.tuples() for code in codes.split(",") if code)


def _note(people: int, machines: int) -> str:
    parts = (f"{people} 人要持证" if people else "", f"{machines} 台设备需要" if machines else "")
    return "，".join(part for part in parts if part)


def _cells(
    company: int, rows: Sequence[Any], where: Sequence[Any]
) -> Mapping[tuple[int, str], Sequence[Cell]]:
    """What each person has to hold, and how that stands; what they hold beside it; 缺失 of operators without such a post."""
    day, ids = clock.today(), [row.id for row in rows] or [0]
    cells: dict[tuple[int, str], list[Cell]] = {}
    asked = set()
    for row in RequiredCertificate.select().where(RequiredCertificate.person.in_(ids)):
        said = _SAID[STANDING.standing(row, day)]
        tip = f"{row.posts}要求" + (f"；{row.number} 至 {row.ends_on}" if row.held == HELD else "")
        cells[row.person_id, str(row.type_id)] = [Cell(said.title, said.tone, tip, row=row.id)]
        asked.add(row.person_id)
    others = _held_beside(company, ids, cells)
    cells |= others
    needed = [head.value for head in _columns(company) if "台设备" in head.note]
    for row in rows:
        if row.role == "operator" and row.id not in asked:
            able = any(person == row.id and cell[0].tone != "bad" for (person, _), cell in others.items())
            lacks = [Cell("缺失", "plain" if able else "bad", filters={"person": [str(row.id)]})]
            cells = {**{(row.id, kind): lacks for kind in needed}, **cells}
    return cells


def _held_beside(
    company: int, ids: Sequence[int], cells: Mapping[tuple[int, str], Any]
) -> dict[tuple[int, str], list[Cell]]:
    """The best certificate of each person and kind that no post of theirs asks for."""
    day = clock.today()
    mine = CertificateType.in_use_at(company)
    kinds = {row.held_as: str(row.id) for row in CertificateType.select().where(mine)}
    best: dict[tuple[int, str], list[Cell]] = defaultdict(list)
    held = Certificate.select().where(Certificate.person.in_(ids), Certificate.catalogue == "2019")
    for one in sorted(held, key=lambda each: _ORDER.index(EXPIRY.standing(each, day))):
        key = (one.person_id, kinds.get(one.code, ""))
        if key[1] and key not in cells and key not in best:
            said = _SAID[EXPIRY.standing(one, day)]
            best[key] = [Cell(said.title, said.tone, f"{one.number} 至 {one.valid_until}")]
    return best


CERTIFICATE_MATRIX = Matrix(
    name="certificate-matrix",
    title="持证矩阵",
    system="C02",
    ledger=REQUIRED_CERTIFICATES,
    rows=PERSONS,
    of_company=lambda company, where: Person.company == company,
    columns=_columns,
    cells=_cells,
    sort="name",
)

REQUIRED_STATISTIC = Statistic(
    name="required-certificate-statistic", title="持证统计", ledger=REQUIRED_CERTIFICATES, system="C02", time="ends_on",
    period="ahead",
    measures=(
        Measure("all", "应持证"), Measure("valid", "正常", {"standing": [VALID]}),
        Measure("soon", "快到期", {"standing": [EXPIRING]}), Measure("over", "过期", {"standing": [EXPIRED]}),
        Measure("missing", "缺失", {"standing": [MISSING]}),
    ),
    by=("type", "person", "company"), by_time=False, drawn=("soon", "over", "missing"),
)  # fmt: skip
