"""What the demo's posts ask: something to see in each matrix, every standing of C02, and a certificate that waits (K03)."""

from __future__ import annotations

from typing import Any

import pytest

from models import demo
from models.core import clock as clocks
from models.core.db.connection import in_transaction
from models.demo.office.requirements import plant_requirements
from models.objectives.holding.ledgers import STANDING
from models.objectives.holding.records import RequiredCertificate
from models.objectives.requirements.records import PostCertificate, PostFactor, PostTraining
from models.organization.records import Company
from models.training.archive.records import Training
from models.training.uploads.records import WAITING, CertificateUpload
from tests.support.prepared_rows import lay_standards


@pytest.fixture
def planted(database: Any, clock: Any) -> None:
    clock.set(2026, 11, 25, 17, 0)
    lay_standards()
    in_transaction(demo.plant)
    in_transaction(demo.plant_duties)
    assert in_transaction(plant_requirements)


def test_there_is_something_to_see_of_everything_in_every_company(planted: None) -> None:
    for company in Company.select().where(Company.kind == "company"):
        for record in (PostCertificate, PostTraining, PostFactor, Training):
            assert record.select().where(record.company == company).exists(), (company.name, record)
        rows = RequiredCertificate.select().where(RequiredCertificate.company == company)
        assert {"valid", "expiring", "expired", "missing"} == {
            STANDING.standing(row, clocks.today()) for row in rows
        }
    assert [row.state for row in CertificateUpload.select()] == [WAITING]
    assert not in_transaction(plant_requirements), "once"
