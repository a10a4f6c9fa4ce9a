"""People against the certificates that their posts ask for (C02): kept in step, told once, with the limits that count."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from models.core import clock
from models.core.db.connection import in_transaction
from models.core.errors import Invalid
from models.core.events.outbox import Outbox
from models.core.history import note
from models.core.ledger import ledger_named
from models.core.ledger.changes.editing import act
from models.core.ledger.expiry import LACKING
from models.core.ledger.reading.listing import list_rows
from models.core.ledger.reading.query import ListQuery
from models.core.views.matrix import AskedMatrix, matrix
from models.desk.expiring.daily_round import NEAR, go_round
from models.desk.expiring.notifications import near
from models.desk.expiring.records import ExpiryTold
from models.desk.home import numbers_of
from models.objectives.holding.ledgers import REQUIRED_CERTIFICATES
from models.objectives.holding.records import RequiredCertificate
from models.objectives.holding.refresh import refresh, work
from models.objectives.holding.views import CERTIFICATE_MATRIX
from models.objectives.posts.workflow import carry_over
from models.objectives.records import PersonPost, Post
from models.objectives.requirements.records import PostCertificate
from models.organization.records import Person
from models.training.certificate_types.records import CertificateType
from models.training.records import Certificate
from tests.models.objectives.conftest import Duties

ENGINEER = "注册安全工程师"


def kind(name: str = "叉车司机", code: str | None = "N1", **values: Any) -> CertificateType:
    found = CertificateType.name == name if code is None else CertificateType.code == code
    return CertificateType.get_or_none(found) or CertificateType.create(name=name, code=code, **values)


def ask(duties: Duties, post: Post, what: CertificateType, **values: Any) -> PostCertificate:
    made = duties.create("post-certificates", post=str(post.id), type=str(what.id), **values)
    return PostCertificate.get_by_id(int(made["id"]))


def hold(duties: Duties, person: Person, post: Post) -> PersonPost:
    made = duties.create("person-posts", person=str(person.id), post=str(post.id))
    return PersonPost.get_by_id(int(made["id"]))


def certify(duties: Duties, person: Person, code: str = "N1", days: int = 1000, **values: Any) -> Certificate:
    issued = clock.today() - timedelta(days=30)
    made = duties.create(
        "certificates", person=str(person.id), number=f"{code}-{person.id}", code=code, as_is=True,
        issued_on=issued.isoformat(), valid_until=(clock.today() + timedelta(days=days)).isoformat(), **values,
    )  # fmt: skip
    return Certificate.get_by_id(int(made["id"]))


def stands(duties: Duties, **filters: list[str]) -> list[tuple[str, str]]:
    query = ListQuery.parse(REQUIRED_CERTIFICATES, filters=filters)
    rows = list_rows(duties.officer, REQUIRED_CERTIFICATES, query)["items"]
    return sorted((row["label"], row["values"]["standing"]) for row in rows)


def test_the_round_over_all_units_finds_what_moved_elsewhere(duties: Duties) -> None:
    person, post = duties.crowd.person(unit=duties.unit, name="黄志强"), duties.post()
    ask(duties, post, kind())
    hold(duties, person, post)
    duties.leave(person)
    stale = duties.crowd.person(unit=duties.crowd.other, bound="ended")
    RequiredCertificate.create(
        company=duties.crowd.other, person=stale, type=kind(), posts="旧岗", held="missing", code="N1",
        ends_on=clock.today(),
    )  # fmt: skip
    assert work(1) == 0, "and rests then"
    assert RequiredCertificate.select().count() == 0, "who has left is asked for nothing, in no unit"


def test_it_follows_posts_requirements_and_certificates(duties: Duties) -> None:
    driver, forklift = duties.post(), kind()
    person = duties.crowd.person(unit=duties.unit, name="黄志强")
    asked = ask(duties, driver, forklift)
    held = hold(duties, person, driver)
    assert stands(duties) == [("黄志强 N1 叉车司机", "missing")]
    made = certify(duties, person)
    assert stands(duties) == [("黄志强 N1 叉车司机", "valid")]
    duties.edit(
        "certificates", made.id, valid_until=(clock.today() + timedelta(days=5)).isoformat(), as_is=True
    )
    assert stands(duties) == [("黄志强 N1 叉车司机", "expiring")] == stands(duties, standing=["expiring"])
    assert stands(duties, standing=["missing", "expired"]) == []
    in_transaction(act, duties.officer, ledger_named("certificates"), "revoke", [str(made.id)], {})
    assert stands(duties) == [("黄志强 N1 叉车司机", "missing")]
    in_transaction(act, duties.officer, ledger_named("certificates"), "reinstate", [str(made.id)], {})
    duties.delete("certificates", made.id)
    assert stands(duties) == [("黄志强 N1 叉车司机", "missing")]
    duties.edit("post-certificates", asked.id, must=False)
    assert stands(duties) == [], "what is good to have lacks nobody"
    duties.edit("post-certificates", asked.id, must=True)
    duties.delete("person-posts", held.id)
    assert stands(duties) == []


def test_what_a_standard_post_asks_is_asked_wherever_it_is_used(duties: Duties) -> None:
    standard, forklift, engineer = (
        Post.create(standing="in_force", company=None, name="专职安全员"),
        kind(),
        kind(ENGINEER, None),
    )
    PostCertificate.create(company=None, post=standard, type=forklift)
    hold(duties, duties.crowd.person(unit=duties.unit, name="黄志强"), standard)
    with pytest.raises(Invalid):
        ask(duties, standard, forklift)
    own = ask(duties, standard, engineer)
    assert own.company_id == duties.unit.id, "a company asks beside the standard, of its own people"
    assert [label for label, _ in stands(duties)] == ["黄志强 N1 叉车司机", f"黄志强 {ENGINEER}"]
    assert not RequiredCertificate.select().where(RequiredCertificate.company != duties.unit).exists()


def test_other_kinds_are_certificates_like_operator_codes(duties: Duties) -> None:
    safety, engineer = duties.post("安全主任"), kind(ENGINEER, None)
    ask(duties, safety, engineer)
    person = duties.crowd.person(unit=duties.unit, name="黄志强")
    hold(duties, person, safety)
    made = certify(duties, person, ENGINEER, 4000)
    assert made.code == ENGINEER and made.settled, "nobody knows for how many years: nothing is asked about"
    assert stands(duties) == [(f"黄志强 {ENGINEER}", "valid")]


def test_a_certificate_counts_where_its_limits_take_in_what_is_asked(duties: Duties) -> None:
    crane, q2 = duties.post("桥式起重机司机"), kind("起重机司机", "Q2")
    ask(duties, crane, q2, limits="桥式起重机")
    able, unable = (duties.crowd.person(unit=duties.unit, name=name) for name in ("能开", "不能开"))
    for person, limits in ((able, "限桥式起重机"), (unable, "限塔式起重机")):
        hold(duties, person, crane)
        certify(duties, person, "Q2", limits=limits)
    assert stands(duties) == [("不能开 Q2 起重机司机", "missing"), ("能开 Q2 起重机司机", "valid")]


def test_who_leaves_lacks_nothing_and_the_job_makes_up_for_what_no_trail_said(duties: Duties) -> None:
    driver, forklift = duties.post(), kind()
    person = duties.holder(driver, name="黄志强")
    PostCertificate.create(company=duties.unit, post=driver, type=forklift)
    assert stands(duties) == []
    assert in_transaction(refresh, duties.unit.id) == 1
    assert in_transaction(refresh, duties.unit.id) == 0, "nothing is written twice"
    assert stands(duties) == [("黄志强 N1 叉车司机", "missing")]
    duties.leave(person)
    in_transaction(refresh, duties.unit.id)
    assert stands(duties) == []


def test_a_new_edition_of_a_post_takes_over_who_has_to_hold_what(duties: Duties) -> None:
    """Holders and requirements are handed to it without lines of their own: the post's line is enough."""
    old, forklift = duties.post(), kind()
    hold(duties, duties.crowd.person(unit=duties.unit, name="黄志强"), old)
    ask(duties, old, forklift)
    new = Post.create(company=duties.unit, name="叉车工", standing="draft", replaces=old.id, series=old.id)

    def take_effect() -> None:
        carry_over(duties.officer, old, new)
        note(duties.officer, new, "published")

    in_transaction(take_effect)
    (row,) = RequiredCertificate.select()
    assert (row.posts, row.held) == ("叉车工", "missing")


def test_what_lacks_is_told_once_and_what_ends_by_its_own_ledger_alone(duties: Duties, clock: Any) -> None:
    driver, forklift = duties.post(), kind()
    lacking, ending = (duties.crowd.person(unit=duties.unit, name=name) for name in ("缺证的", "快到期的"))
    ask(duties, driver, forklift)
    for person in (lacking, ending):
        hold(duties, person, driver)
    certify(duties, ending, days=5)
    assert in_transaction(go_round, duties.unit.id) == 2
    told = {(row.ledger, row.days) for row in ExpiryTold.select()}
    assert ("required-certificates", LACKING) in told
    assert [ledger for ledger, _ in told].count("certificates") == 1
    news = list(Outbox.select().where(Outbox.kind == NEAR))
    messages = {tuple(row.payload["persons"]): near(row) for row in news}
    (mine,) = (message for persons, message in messages.items() if lacking.id in persons)
    assert mine is not None and "应持证照 1 项缺失" in mine.title and "缺证的 N1 叉车司机：缺失" in mine.text
    clock.forward(days=1)
    assert in_transaction(go_round, duties.unit.id) == 0, "once for each threshold"


def test_the_first_screen_counts_what_lacks(duties: Duties) -> None:
    numbers = [number.title for number in numbers_of(REQUIRED_CERTIFICATES)]
    assert numbers == ["应持证照缺失"], "what ends is counted with the certificates"


def test_the_matrix_has_people_against_kinds(duties: Duties) -> None:
    driver, forklift, engineer = duties.post(), kind(), kind(ENGINEER, None)
    ask(duties, driver, forklift)
    person = duties.crowd.person(unit=duties.unit, name="黄志强")
    hold(duties, person, driver)
    certify(duties, person, ENGINEER)
    ask(duties, duties.post("安全主任"), engineer)
    found = matrix(duties.officer, CERTIFICATE_MATRIX, AskedMatrix())
    (row,) = (row for row in found.rows if row.id == person.id)
    required = RequiredCertificate.get(RequiredCertificate.person == person)
    cell = row.cells[str(forklift.id)][0]
    assert (cell.text, cell.tone, cell.row) == ("缺失", "bad", required.id)
    assert [head.note for head in found.columns] == ["1 人要持证"]
    assert required.ends_on < clock.today(), "since when it lacks"
