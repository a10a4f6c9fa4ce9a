"""A chat platform tells no capitals from small letters in its user ids; nor do we, wherever one is compared (L01)."""

from __future__ import annotations

from typing import Any

from models.core.db.connection import in_transaction
from models.core.files.attachments import Attachment
from models.hazards.records import Hazard
from models.messages.channels.members import members_of
from models.messages.channels.records import ChatMember
from models.messages.records import ResponseCode
from tests.bots.flow.conftest import USERS
from tests.bots.flow.test_commands import picture
from tests.bots.flow.wired import Wired
from tests.support.account_ties import tie_chat

ME = USERS[1]


def shouted(user: str = ME) -> None:
    """The tie is written in capitals; the platform writes small letters."""
    ChatMember.update(user_id=user.upper()).where(ChatMember.user_id == user).execute()


def test_photo_place_and_words_of_one_member_come_together(wired: Wired) -> None:
    shouted()
    wired.phone(ME).send_place(120.512345, 30.1, "一水厂 3号门")
    wired.phone(ME).send_photo(picture())
    wired.phone(ME).say("电缆裸露")
    wired.work()
    hazard = Hazard.get()
    assert (str(hazard.lng)[:10], hazard.what) == ("120.512345", "电缆裸露")
    assert Attachment.get().row_id == hazard.id


def test_a_presss_permission_is_found_again(wired: Wired) -> None:
    accident = wired.report()
    shouted()
    phone = wired.phone(ME)
    phone.press(phone.cards()[-1], "收到")
    assert ResponseCode.select().where(ResponseCode.user_id == ME).count() == 1
    ResponseCode.update(spent_at=accident.reported_at).where(ResponseCode.user_id.is_null()).execute()
    wired.sandbox.do(lambda platform: [setattr(each, "used", False) for each in platform.codes.all.values()])
    wired.close(accident, "两人已出院")
    assert ResponseCode.get(ResponseCode.user_id == ME).spent_at is not None
    assert "两人已出院" in str(phone.cards()[-1]["content"])


def test_one_members_ties_in_two_spellings_are_all_theirs(wired: Wired) -> None:
    other = wired.crowd.person(card=None)
    mine = ChatMember.get(ChatMember.user_id == ME)
    tie_chat(other, wired.works.app, ME.upper())
    found: Any = in_transaction(members_of, wired.works.app.id, [ME.title()])[ME.title()]
    assert [row.person.id for row in found] == [other.id], "who proved it last, however it is written"
    assert found[0].account_id != mine.account_id
