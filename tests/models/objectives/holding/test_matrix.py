"""People against the codes that their unit's equipment asks for (C02), where no post of theirs asks for any."""

from __future__ import annotations

from datetime import timedelta

from models.core.clock import today
from models.core.security.actor import Actor
from models.core.security.rights import Scope
from models.core.views.matrix import AskedMatrix, matrix
from models.objectives.holding.views import CERTIFICATE_MATRIX as MATRIX
from models.organization.records import READ_PERSONS, Person
from models.training.certificate_types.records import CertificateType
from models.training.records import READ_CERTIFICATES
from tests.support.clock_in_plant import Plant


def test_what_people_hold_is_held_against_what_equipment_asks_for(plant: Plant) -> None:
    unit, other = plant.units[0], plant.unit("南岸水务")
    plant.equipment(unit), plant.equipment(unit), plant.equipment(unit, "4110", "Q2")
    plant.equipment(unit, "1000", "G1,G2", state="stopped"), plant.equipment(other, "9100", "S2")
    soon, over = plant.person(1, unit), plant.person(2, unit)
    plant.person(3, unit, role="safety_officer"), plant.person(4, other)
    plant.certificate(soon, valid_until=today() + timedelta(days=20))
    plant.certificate(over, valid_until=today() - timedelta(days=1))
    plant.certificate(over, "Q2", valid_until=today() - timedelta(days=1))
    kinds = {code: str(CertificateType.get(CertificateType.code == code).id) for code in ("N1", "Q2")}
    rights = dict.fromkeys((READ_CERTIFICATES, READ_PERSONS), Scope.COMPANY)
    found = matrix(Actor(1, "安全员", unit.id, rights), MATRIX, AskedMatrix())
    assert [(head.value, head.note) for head in found.columns] == [
        (kinds["N1"], "2 台设备需要"),
        (kinds["Q2"], "1 台设备需要"),
    ]
    said = {
        row.label: [
            (cell.text, cell.tone) for code in ("N1", "Q2") for cell in row.cells.get(kinds[code], ())
        ]
        for row in found.rows
    }
    assert said == {
        "工人0": [("正常", "good"), ("缺失", "plain")],
        "工人1": [("快到期", "warn"), ("缺失", "plain")],
        "工人2": [("过期", "bad"), ("过期", "bad")],
        "工人3": [],
    }
    person = Person.get(Person.name == "工人0")
    (row,) = (row for row in found.rows if row.id == person.id)
    assert row.cells[kinds["Q2"]][0].filters == {"person": [str(person.id)]}
