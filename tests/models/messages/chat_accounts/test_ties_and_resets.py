"""A password that was handed out takes away what somebody proved before, and leaves what the address book says (I4, I6)."""

from __future__ import annotations

import pytest
from peewee import IntegrityError

from models.core.db.connection import in_transaction
from models.core.events.outbox import Outbox
from models.core.events.reactions import react
from models.messages.channels.records import BY_BOOK, BY_CODE, ChatMember
from models.messages.records import Notice
from models.organization.records import Person
from models.personnel.people import delete_person
from tests.support.people_to_tell import Crowd


@pytest.mark.parametrize("kind", ["account.password_reset", "person.first_password"])
def test_a_reset_ends_chat_ties_that_the_holder_before_had_proven(crowd: Crowd, kind: str) -> None:
    person, other = crowd.person(), crowd.person()
    account_id = Person.get_by_id(person.id).account_id
    ChatMember.update(account_id=account_id, how=BY_CODE).where(ChatMember.person == person.id).execute()
    book = crowd.wecom(None)
    ChatMember.create(
        company=crowd.unit,
        person=person,
        app=book,
        user_id="book",
        account_id=account_id,
        how=BY_BOOK,
        state="ok",
    )
    in_transaction(react, Outbox(kind=kind, subject_id=person.id, payload={"account": account_id}))
    assert [row.user_id for row in ChatMember.select().where(ChatMember.account_id == account_id)] == ["book"]
    assert ChatMember.select().where(ChatMember.person == other.id).exists()


def test_what_was_told_of_the_file_itself_keeps_nobody_from_deleting_it(crowd: Crowd) -> None:
    """Whoever was entered by mistake was told of the tie, or of a first password; a report would be something else."""
    mistaken, witness = crowd.person(), crowd.person()
    boss = crowd.officer()
    for person in (mistaken, witness):
        crowd.tell(
            person, kind="person.tied", subject_kind="person", subject_id=person.id, needs_answer=False
        )
    crowd.tell(witness)
    in_transaction(delete_person, boss, Person.get_by_id(mistaken.id))
    assert not Person.select().where(Person.id == mistaken.id).exists()
    assert not Notice.select().where(Notice.person == mistaken.id).exists()
    with pytest.raises(IntegrityError):
        in_transaction(delete_person, boss, Person.get_by_id(witness.id))
    assert Notice.select().where(Notice.person == witness.id).count() == 2
