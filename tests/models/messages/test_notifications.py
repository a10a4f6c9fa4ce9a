"""Sprayed sign-ins are told to the administrators who may lock accounts everywhere, and to nobody else (issue 9.2)."""

from __future__ import annotations

from models.administration.roles.roles import assign, builtin
from models.administration.sign_in import throttling
from models.core.db.connection import in_transaction
from models.core.events import outbox
from models.messages import tellers
from models.messages.records import Message, Notice
from tests.support.people_to_tell import Crowd


def spray() -> outbox.Outbox:
    for number in range(31):
        in_transaction(throttling.count_wrong, throttling.Origin(f"user{number}", "203.0.113.7"))
    return outbox.Outbox.get(outbox.Outbox.kind == "sign_in.sprayed")


def test_who_may_lock_accounts_in_the_whole_group_is_told_of_whichever_company(crowd: Crowd) -> None:
    chief, local, elsewhere = crowd.person(email=True), crowd.person(), crowd.person(unit=crowd.other)
    for person, role, company in (
        (chief, "security_administrator", None),
        (elsewhere, "security_administrator", None),
        (local, "company_administrator", crowd.unit.id),
    ):
        assign(person.account_id, builtin(role), company)
    row = spray()
    assert tellers.is_told(row.kind)
    message = in_transaction(tellers.tell_of, row)
    assert isinstance(message, Message)
    told = {notice.person_id for notice in Notice.select().where(Notice.message == message.id)}
    assert told == {chief.id, elsewhere.id}
    assert "203.0.113.7 的 30 个账号" in message.text


def test_without_such_people_it_stays_in_the_logs(crowd: Crowd) -> None:
    crowd.person()
    assert in_transaction(tellers.tell_of, spray()) is None
