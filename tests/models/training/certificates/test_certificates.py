"""Certificates: what is taken, how they stand day by day, who may change them (C02)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.administration.accounts.actors import system_actor
from models.core.db.connection import in_transaction
from models.core.errors import Conflict, Forbidden, Invalid, NotFound
from models.core.ledger.changes import editing
from models.core.rulebook import versions
from models.equipment.rulebooks import CERTIFICATE_PERIODS
from models.training.certificates.doubts import all_doubts, doubt_of_code, doubt_of_period
from models.training.certificates.validity import EXPIRY, standing
from models.training.ledgers import CERTIFICATES
from models.training.records import Certificate
from models.training.rules import (
    add_certificate,
    delete_certificate,
    edit_certificate,
    reinstate_certificate,
    revoke_certificate,
    settle,
)
from tests.models.organization.conftest import Town

TODAY = date(2026, 11, 22)


@pytest.fixture
def town(database: Any, clock: Any) -> Town:
    return Town()


def values(town: Town, place: int = 1, **changes: Any) -> dict[str, Any]:
    person = changes.pop("person", None) or town.worker(place, account=False).person
    filled = {"person": person.id, "number": "t330 1021", "code": "ｎ1", "valid_until": date(2028, 1, 1)}
    return {**filled, **changes}


def test_numbers_and_codes_are_kept_in_one_spelling(town: Town) -> None:
    made = add_certificate(town.officer, values(town))
    assert (made.number, made.code, made.company_id, made.source) == (
        "T3301021",
        "N1",
        town.company.id,
        "entered",
    )


@pytest.mark.parametrize(
    ("name", "typed"), [("number", "\ufdfa" * 3), ("code", "\u337f" * 11), ("code", "\ufb03" * 20)]
)
def test_what_gets_too_long_for_its_column_when_it_is_spelled_out_is_told_at_the_field(
    town: Town, name: str, typed: str
) -> None:
    """One sign may become several (㍿ is 株式会社): a server refuses what does not fit, and nobody would know why."""
    with pytest.raises(Invalid) as caught:
        add_certificate(town.officer, values(town, as_is=True, **{name: typed}))
    assert list(caught.value.fields) == [name] and "最多 40 个字" in caught.value.fields[name]


def test_the_same_entry_is_there_once(town: Town) -> None:
    person = town.worker(1, account=False).person
    add_certificate(town.officer, values(town, person=person))
    with pytest.raises(Invalid) as caught:
        add_certificate(town.officer, values(town, person=person, number="T3301021"))
    assert list(caught.value.fields) == ["number"]
    assert add_certificate(town.officer, values(town, person=person, code="Q2")).code == "Q2"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"code": "N9"}, "code"),
        ({"issued_on": date(2026, 11, 23)}, "issued_on"),
        ({"issued_on": date(2026, 1, 1), "valid_until": date(2025, 1, 1)}, "valid_until"),
    ],
)
def test_faults_stand_at_their_field(town: Town, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as caught:
        add_certificate(town.officer, values(town, **changes))
    assert list(caught.value.fields) == [field]


def test_welders_codes_are_put_together_freely() -> None:
    assert doubt_of_code("SMAW-FEIV-6G-3/159-FEF3J", "2019", {"N1": "叉车司机"}) == ""
    assert doubt_of_code("N1", "2019", {"N1": "叉车司机"}) == ""
    assert doubt_of_code("N11", "2019", {"N1": "叉车司机"})
    assert doubt_of_code("N-1", "2019", {"N1": "叉车司机"}), "a stroke alone makes no welder"
    assert "2011 年旧目录" in doubt_of_code("Q8", "2019", {}) and not doubt_of_code("Q8", "2011", {})
    assert "没有代号“X9”" in doubt_of_code("X9", "2019", {}), "of no catalogue at all"


@pytest.mark.parametrize(
    "changes",
    [
        {"valid_until": date(2099, 12, 31)},
        {"valid_until": date(2030, 11, 23)},
        {"issued_on": date(2024, 7, 1), "valid_until": date(2029, 6, 30)},
        {"code": "X9"},
        {"code": "Q8"},
        {"code": "N-1"},
        {"code": "N2叉车司机"},
    ],
)
def test_what_no_text_gives_is_asked_and_taken_when_it_is_said(town: Town, changes: dict[str, Any]) -> None:
    given = values(town, **changes)
    with pytest.raises(Invalid) as caught:
        add_certificate(town.officer, given)
    assert list(caught.value.fields) == [next(reversed(changes))]
    assert "已对照证书核对" in next(iter(caught.value.fields.values()))
    made = add_certificate(town.officer, {**given, "as_is": True})
    assert all_doubts(made, {"N1": "叉车司机"}) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"valid_until": date(2030, 11, 22)},
        {"issued_on": date(2022, 7, 1), "valid_until": date(2026, 6, 30)},
        {"issued_on": date(2026, 7, 1), "valid_until": date(2030, 8, 31)},
        {"issued_on": date(2012, 3, 1), "valid_until": date(2016, 2, 28), "code": "Q8", "catalogue": "2011"},
    ],
)
def test_what_is_in_order_or_over_is_entered_as_such(town: Town, changes: dict[str, Any]) -> None:
    assert add_certificate(town.officer, values(town, **changes)).id


def test_an_until_date_alone_is_kept_with_a_mark_until_somebody_looked(town: Town) -> None:
    projects = {"N1": "叉车司机"}
    made = add_certificate(town.officer, values(town))
    assert "没有发证日期" in all_doubts(made, projects)[0]
    assert all_doubts(settle(town.officer, made), projects) == []
    with pytest.raises(Conflict):
        settle(town.officer, made)
    with pytest.raises(Invalid):
        edit_certificate(town.officer, made, {"valid_until": date(2031, 1, 1)})
    later = edit_certificate(town.officer, made, {"valid_until": date(2029, 1, 1)})
    assert all_doubts(later, projects), "another date is another question"


def test_a_change_of_something_else_asks_nothing_again(town: Town) -> None:
    made = add_certificate(town.officer, values(town, valid_until=date(2099, 12, 31), as_is=True))
    assert (
        edit_certificate(town.officer, made, {"issuer": "省局", "valid_until": date(2099, 12, 31)}).issuer
        == "省局"
    )


@pytest.mark.parametrize(
    ("code", "kept"),
    [
        ("Q2（限桥式起重机）", [("Q2", "限桥式起重机")]),
        ("ｑ２(限桥门式起重机)", [("Q2", "限桥门式起重机")]),
        ("Q2【限升降机】", [("Q2", "限升降机")]),
        ("起重机司机（限桥式起重机）", [("Q2", "限桥式起重机")]),
        ("Q2（起重机司机）", [("Q2", None)]),
        ("Q2（无）", [("Q2", None)]),
        ("N1、Q2", [("N1", None), ("Q2", None)]),
        ("N1/Q2(限桥式、门式起重机)", [("N1", None), ("Q2", "限桥式、门式起重机")]),
        ("N1 叉车司机", [("N1", None)]),
        ("N1 N2", [("N1", None), ("N2", None)]),
        ("N1N2", [("N1", None), ("N2", None)]),
        ("叉车司机", [("N1", None)]),
        ("Q2\n（限桥式起重机）", [("Q2", "限桥式起重机")]),
        ("Q2（限塔式起重机）Q1", [("Q2", "限塔式起重机"), ("Q1", None)]),
        ("起重机司机（Q2）（限桥式起重机）", [("Q2", "限桥式起重机")]),
        ("Q2桥式起重机", [("Q2", "桥式起重机")]),
        ("N1.Q2", [("N1", None), ("Q2", None)]),
        ("Q1、2", [("Q1", None), ("Q2", None)]),
        ("场（厂）内专用机动车辆作业 叉车司机（N1）", [("N1", None)]),
        ("N1（叉车司机）、Q2（起重机司机（限桥式起重机））", [("N1", None), ("Q2", "限桥式起重机")]),
        ("【N1】证", [("N1", None)]),
        ("Nl", [("N1", None)]),
        ("N1（2019版）", [("N1", None)]),
        ("GTAW-FeⅡ-6G-3/57-FefS-02/11/12", [("GTAW-FEII-6G-3/57-FEFS-02/11/12", None)]),
    ],
)
def test_a_code_is_read_as_people_write_it(town: Town, code: str, kept: list[Any]) -> None:
    add_certificate(town.officer, values(town, code=code))
    assert [(row.code, row.limits) for row in Certificate.select().order_by(Certificate.id)] == kept


def test_a_limit_in_two_places_must_be_one(town: Town) -> None:
    with pytest.raises(Invalid) as caught:
        add_certificate(town.officer, values(town, code="Q2（限桥式起重机）", limits="限门式起重机"))
    assert list(caught.value.fields) == ["limits"]
    made = add_certificate(town.officer, values(town, 2, code="Q2（限桥式）", limits="限桥式起重机"))
    assert made.limits == "限桥式起重机"
    add_certificate(town.officer, values(town, 3, number="T3", code="N1、Q2", limits="限升降机"))
    rows = Certificate.select().where(Certificate.number == "T3").order_by(Certificate.id)
    assert [(row.code, row.limits) for row in rows] == [("N1", None), ("Q2", "限升降机")], (
        "of a truck there is none"
    )


def test_other_companies_certificates_do_not_exist(town: Town) -> None:
    made = add_certificate(town.officer, values(town))
    for doing in (
        lambda: edit_certificate(town.neighbour, made, {"number": "T2"}),
        lambda: delete_certificate(town.neighbour, made),
        lambda: add_certificate(town.neighbour, {**values(town, 2)}),
    ):
        with pytest.raises((NotFound, Forbidden)):
            doing()


def test_what_was_corrected_by_hand_counts_as_entered(town: Town) -> None:
    made = add_certificate(town.officer, values(town))
    Certificate.update(source="registry").where(Certificate.id == made.id).execute()
    same = edit_certificate(town.officer, Certificate.get_by_id(made.id), {"code": "N1"})
    assert same.source == "registry"
    assert edit_certificate(town.officer, same, {"valid_until": date(2029, 1, 1)}).source == "entered"


def test_withdrawn_and_back(town: Town) -> None:
    made = add_certificate(town.officer, values(town))
    assert revoke_certificate(town.officer, made).state == "revoked"
    with pytest.raises(Conflict):
        revoke_certificate(town.officer, made)
    assert reinstate_certificate(town.officer, made).state == "valid"


@given(days=st.integers(-400, 400), revoked=st.booleans())
def test_standing_changes_on_the_right_day(days: int, revoked: bool) -> None:
    record = Certificate(valid_until=TODAY + timedelta(days=days), state="revoked" if revoked else "valid")
    expected = "revoked" if revoked else "expired" if days < 0 else "expiring" if days <= 90 else "valid"
    assert standing(record, TODAY) == expected


def test_a_code_may_have_periods_of_its_own(town: Town) -> None:
    rows = [
        {"code": "*", "validity_years": 4, "review_apply_days": 30, "warn_days": 90},
        {"code": "Q2", "validity_years": 2, "review_apply_days": 5, "warn_days": 10},
    ]
    versions.save(
        system_actor(), CERTIFICATE_PERIODS, {"periods": {"rows": rows}},
        on=CERTIFICATE_PERIODS.in_force().version, valid_from=None, note="试一试",
    )  # fmt: skip
    person = town.worker(1, account=False).person
    for code in ("N1", "Q2"):
        for days in (5, 50, 400):
            until = TODAY + timedelta(days=days)
            Certificate.create(
                company=town.company, person=person, number=f"{code}.{days}", code=code, valid_until=until
            )
    for name, numbers in (("expiring", {"N1.5", "N1.50", "Q2.5"}), ("valid", {"N1.400", "Q2.50", "Q2.400"})):
        assert {
            row.number for row in Certificate.select().where(EXPIRY.where(Certificate, [name], TODAY))
        } == numbers
        assert {row.number for row in Certificate.select() if standing(row, TODAY) == name} == numbers
    assert doubt_of_period(None, date(2029, 1, 1), "Q2")
    assert not doubt_of_period(None, date(2029, 1, 1), "N1")


def test_the_filter_finds_what_the_standing_says(town: Town) -> None:
    person = town.worker(1, account=False).person
    for place, days in enumerate((-1, 0, 1, 89, 90, 91, 400)):
        for state in ("valid", "revoked"):
            Certificate.create(
                company=town.company, person=person, number=f"T{place}{state}", code="N1", state=state,
                valid_until=TODAY + timedelta(days=days),
            )  # fmt: skip
    for name in ("valid", "expiring", "expired", "revoked"):
        found = {row.number for row in Certificate.select().where(EXPIRY.where(Certificate, [name], TODAY))}
        assert found == {row.number for row in Certificate.select() if standing(row, TODAY) == name}


def test_another_project_has_not_the_limit_of_the_one_before(town: Town) -> None:
    made = add_certificate(town.officer, values(town, code="Q2（限桥式起重机）"))
    assert edit_certificate(town.officer, made, {"issuer": "省局", "code": "Q2"}).limits == "限桥式起重机"
    assert edit_certificate(town.officer, made, {"code": "N1"}).limits is None
    assert edit_certificate(town.officer, made, {"code": "Q2", "limits": "限升降机"}).limits == "限升降机"
    assert edit_certificate(town.officer, made, {"limits": "无"}).limits is None


def test_a_certificate_keeps_the_versions_it_was_judged_by(town: Town) -> None:
    in_transaction(versions.install)
    made = add_certificate(town.officer, values(town))
    told = editing.get(town.boss, CERTIFICATES, made.id)["values"]["judged_by"]
    assert told == "证书有效期第 1 版；证书限制范围第 1 版"
    versions.save(
        system_actor(), CERTIFICATE_PERIODS,
        {"periods": {"rows": [{"code": "*", "validity_years": 4, "review_apply_days": 31, "warn_days": 90}]}},
        on=1, valid_from=None, note="试一试",
    )  # fmt: skip
    edit_certificate(town.officer, made, {"valid_until": date(2028, 1, 1)})
    assert Certificate.get_by_id(made.id).rules == {"certificates": 1, "limits": 1}, "nothing was said anew"
    settle(town.officer, made)
    assert Certificate.get_by_id(made.id).rules == {"certificates": 2, "limits": 1}
    assert add_certificate(town.officer, values(town, 2)).rules["certificates"] == 2
