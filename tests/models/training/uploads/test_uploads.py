"""A certificate that its holder sends in counts for nothing until somebody else has compared it (K03)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from models.administration.records import Assignment
from models.administration.roles.roles import builtin
from models.core import clock
from models.core.db.connection import in_transaction
from models.core.errors import Conflict, Forbidden, Invalid, TooMany
from models.core.events.outbox import Outbox
from models.core.ledger import ledger_named
from models.core.ledger.changes.editing import act, create, edit
from models.core.security.actor import Actor
from models.core.security.rights import Scope
from models.organization.records import Person
from models.training.certificate_types.records import CertificateType
from models.training.records import Certificate
from models.training.uploads.ledgers import UPLOADS
from models.training.uploads.notifications import decided, sent
from models.training.uploads.records import CertificateUpload
from models.training.uploads.rules import DECIDED, SENT
from tests.support.people_to_tell import Crowd


def holder(crowd: Crowd, name: str = "黄志强") -> tuple[Person, Actor]:
    person = crowd.person(unit=crowd.unit, name=name)
    return person, crowd.actor(person)


def values(kind: CertificateType, days: int = 900, **more: Any) -> dict[str, Any]:
    until = (clock.today() + timedelta(days=days)).isoformat()
    return {"type": str(kind.id), "number": "TS001", "valid_until": until, **more}


def send(who: Actor, kind: CertificateType, **more: Any) -> CertificateUpload:
    made = in_transaction(create, who, UPLOADS, values(kind, **more))
    return CertificateUpload.get_by_id(int(made["id"]))


def press(who: Actor, name: str, upload: CertificateUpload, **answers: Any) -> CertificateUpload:
    in_transaction(act, who, UPLOADS, name, [str(upload.id)], answers)
    return CertificateUpload.get_by_id(upload.id)


@pytest.fixture
def kind(crowd: Crowd) -> CertificateType:
    return CertificateType.get(CertificateType.code == "N1")


def test_it_waits_and_becomes_a_certificate_when_another_one_has_compared_it(
    crowd: Crowd, kind: CertificateType
) -> None:
    person, worker = holder(crowd)
    checker = crowd.person(unit=crowd.unit, name="核对的人")
    Assignment.create(account_id=checker.account_id, role=builtin("safety_officer"), company_id=crowd.unit.id)
    upload = send(worker, kind)
    assert (upload.person_id, upload.state, Certificate.select().count()) == (person.id, "waiting", 0)
    message = sent(Outbox.get(Outbox.kind == SENT))
    assert (
        message is not None
        and "黄志强上传了 N1 叉车司机" in message.text
        and person.id not in message.persons
    )
    with pytest.raises(Forbidden):
        press(worker, "accept", upload)
    officer = crowd.officer()
    upload = press(officer, "accept", upload)
    made = Certificate.get()
    assert (made.person_id, made.code, made.number, made.source) == (person.id, "N1", "TS001", "uploaded")
    assert (upload.state, upload.certificate_id) == ("accepted", made.id)
    told = decided(Outbox.get(Outbox.kind == DECIDED))
    assert told is not None and list(told.persons) == [person.id] and "已登记" in told.title
    again = press(officer, "accept", send(worker, kind, days=1000))
    assert again.certificate_id == made.id, "the same number and kind is renewed, not doubled"
    assert Certificate.get().valid_until == again.valid_until


def test_what_is_sent_back_is_corrected_and_waits_again(crowd: Crowd, kind: CertificateType) -> None:
    _, worker = holder(crowd)
    officer = crowd.officer()
    upload = press(officer, "refuse", send(worker, kind), reason="照片看不清")
    told = decided(Outbox.get(Outbox.kind == DECIDED))
    assert told is not None and "照片看不清" in told.text
    in_transaction(edit, worker, UPLOADS, upload.id, upload.version, {"number": "TS002"})
    upload = CertificateUpload.get_by_id(upload.id)
    assert (upload.state, upload.number, upload.reason) == ("waiting", "TS002", None)
    upload = press(officer, "accept", upload)
    with pytest.raises(Conflict):
        in_transaction(edit, worker, UPLOADS, upload.id, upload.version, {"number": "TS003"})


def test_nobody_compares_their_own_nor_sees_that_of_others(crowd: Crowd, kind: CertificateType) -> None:
    person, worker = holder(crowd)
    upload = send(worker, kind)
    officer = crowd.officer()
    own = Actor(**{**vars(officer), "person_ids": (person.id,)})
    with pytest.raises(Conflict, match="不能核对自己的证照"):
        press(own, "accept", upload)
    _, other = holder(crowd, "别的人")
    with pytest.raises(Forbidden):
        in_transaction(edit, other, UPLOADS, upload.id, upload.version, {"number": "TS009"})


def test_who_compares_writes_nothing_into_it(crowd: Crowd, kind: CertificateType) -> None:
    """A right to send that reaches the whole unit is still one for one's own."""
    upload = send(holder(crowd)[1], kind)
    officer = crowd.officer()
    wide = Actor(**{**vars(officer), "rights": {**officer.rights, "certificate-uploads.send": Scope.COMPANY}})
    with pytest.raises(Forbidden, match="不能更正别人上传的证照"):
        in_transaction(edit, wide, UPLOADS, upload.id, upload.version, {"number": "TS009"})
    assert CertificateUpload.get_by_id(upload.id).number == "TS001"


def test_nobody_floods_those_who_compare(crowd: Crowd, kind: CertificateType) -> None:
    _, worker = holder(crowd)
    for number in range(20):
        send(worker, kind, number=f"TS{number:03}")
    with pytest.raises(TooMany, match="1 小时内已上传了 20 张证照"):
        send(worker, kind)
    assert Outbox.select().where(Outbox.kind == SENT).count() == 20


def test_one_that_is_over_is_not_taken(crowd: Crowd, kind: CertificateType) -> None:
    _, worker = holder(crowd)
    with pytest.raises(Invalid) as refused:
        send(worker, kind, days=-1)
    assert "已经过期" in refused.value.fields["valid_until"]
    assert ledger_named("certificate-uploads") is UPLOADS


@pytest.mark.parametrize(
    ("until", "issued", "wrong"),
    [(0, None, ""), (-1, None, "valid_until"), (900, 0, ""), (900, 1, "issued_on"), (900, -1, "")],
)
def test_the_days_of_one_that_is_taken(
    crowd: Crowd, kind: CertificateType, until: int, issued: int | None, wrong: str
) -> None:
    _, worker = holder(crowd)
    day = {} if issued is None else {"issued_on": (clock.today() + timedelta(days=issued)).isoformat()}
    if wrong:
        with pytest.raises(Invalid) as refused:
            send(worker, kind, days=until, **day)
        assert set(refused.value.fields) == {wrong}
    else:
        upload = send(worker, kind, days=until, **day)
        over = (clock.today() - timedelta(days=1)).isoformat()
        with pytest.raises(Invalid):  # as it would stand then
            in_transaction(edit, worker, UPLOADS, upload.id, upload.version, {"valid_until": over})
        in_transaction(edit, worker, UPLOADS, upload.id, upload.version, {"number": "TS 002"})
        assert CertificateUpload.get_by_id(upload.id).state == "waiting"


def test_who_has_no_file_in_the_unit_sends_nothing(crowd: Crowd, kind: CertificateType) -> None:
    _, worker = holder(crowd)
    elsewhere = Actor(**{**vars(worker), "company_id": crowd.other.id})
    nobody = Actor(**{**vars(worker), "person_ids": ()})
    for who in (elsewhere, nobody):
        with pytest.raises((Invalid, Forbidden)):
            send(who, kind)
    assert CertificateUpload.select().count() == 0


@pytest.mark.parametrize("other", ["person", "number", "code"])
def test_only_the_same_number_and_kind_of_the_same_human_is_renewed(
    crowd: Crowd, kind: CertificateType, other: str
) -> None:
    person, worker = holder(crowd)
    Certificate.create(
        company=crowd.unit,
        person=crowd.person(unit=crowd.unit) if other == "person" else person,
        number="TS009" if other == "number" else "TS001",
        code="N2" if other == "code" else "N1",
        valid_until=clock.today(),
    )
    accepted = press(crowd.officer(), "accept", send(worker, kind))
    assert Certificate.select().count() == 2
    made = Certificate.get_by_id(accepted.certificate_id)
    assert (made.person_id, made.number, made.code) == (person.id, "TS001", "N1")


def test_news_that_is_overtaken_is_told_to_nobody(crowd: Crowd, kind: CertificateType) -> None:
    person, worker = holder(crowd)
    Assignment.create(account_id=person.account_id, role=builtin("safety_officer"), company_id=crowd.unit.id)
    upload = send(worker, kind)
    news = Outbox.get(Outbox.kind == SENT)
    assert sent(news) is None, "the holder compares nothing of their own, and there is nobody else"
    checker = crowd.person(unit=crowd.unit, name="核对的人")
    Assignment.create(account_id=checker.account_id, role=builtin("safety_officer"), company_id=crowd.unit.id)
    told = sent(news)
    assert told is not None and told.persons == (checker.id,)
    assert decided(news) is None, "nobody has decided yet"
    press(crowd.officer(), "refuse", upload, reason="照片看不清")
    assert sent(news) is None
    told = decided(Outbox.get(Outbox.kind == DECIDED))
    assert told is not None and told.title.startswith("【证照退回】")
    CertificateUpload.delete().execute()
    assert sent(news) is decided(news) is None
