"""What stands in the row that a row points at: shown, filtered, grouped; and a text that is exactly this (I01)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from models.administration.accounts.actors import actor_for_account
from models.administration.records import Account, Assignment
from models.administration.roles.roles import builtin
from models.core.ledger.reading.listing import Selection
from models.core.ledger.reading.query import ListQuery
from models.core.ledger.reading.rows import row_json
from models.core.security.actor import Actor
from models.core.views.statistic import AskedStatistic
from models.training.ledgers import CERTIFICATES
from models.training.records import Certificate
from models.training.views import CERTIFICATE_STATISTIC
from tests.support.people_to_tell import Crowd
from tests.support.views import led_to_its_rows


@pytest.fixture
def reader(crowd: Crowd) -> Actor:
    account = Account.create(company=crowd.unit, login="reader", name="管", current_company=crowd.unit)
    Assignment.create(account_id=account.id, role=builtin("company_administrator"), company_id=crowd.unit.id)
    return actor_for_account(account, "console")


def certificate(crowd: Crowd, code: str, number: int, **of: Any) -> Certificate:
    person = crowd.person(name=f"人{number}", **of)
    made: Certificate = Certificate.create(
        company=person.company_id, person=person, number=f"T{number}", code=code, valid_until=date(2028, 1, 1)
    )
    return made


def listed(reader: Actor, **filters: Any) -> list[str]:
    query = ListQuery.parse(CERTIFICATES, filters=filters)
    return sorted(
        row.number
        for row in Selection(reader, CERTIFICATES, query, CERTIFICATES.rights["read"]).fetch(None, 50)
    )


def test_certificates_by_kind_and_by_where_their_holders_are(crowd: Crowd, reader: Actor) -> None:
    east, west = (crowd.node(name, "site", crowd.unit) for name in ("东厂", "西厂"))
    shop = crowd.node("一车间", "department", east)
    first = certificate(crowd, "N1", 1, site=east, department=shop)
    certificate(crowd, "N10", 2, site=west)
    certificate(crowd, "N1", 3)
    certificate(crowd, "N1", 4, unit=crowd.other)
    told = {}
    for by in ("code", "site", "department"):
        found = led_to_its_rows(reader, CERTIFICATE_STATISTIC, AskedStatistic(by=by))
        told[by] = {group.label: group.numbers[0] for group in found.groups}
    assert told["site"] == {"东厂": 1, "西厂": 1, "未填": 1}
    assert told["department"] == {"一车间": 1, "未填": 2}
    assert {label.rpartition(" ")[2]: number for label, number in told["code"].items()} == {"N1": 2, "N10": 1}
    assert listed(reader, code=["=N1"]) == ["T1", "T3"]
    assert listed(reader, code=["N1"]) == ["T1", "T2", "T3"]
    assert listed(reader, site=[str(east.id)]) == ["T1"]
    assert listed(reader, site=[str(east.id), "~"]) == ["T1", "T3"]
    values = row_json(reader, CERTIFICATES, [first], detail=True)[0]["values"]
    assert (values["site"]["label"], values["department"]["label"]) == ("东厂", "一车间")
    # Who moves takes them along.
    first.person.change(site=west.id)
    assert listed(reader, site=[str(west.id)]) == ["T1", "T2"]
