"""The demo's safety desk of the group: a person with a file, so that cards come, and the group's own chat (E09, L07)."""

from __future__ import annotations

import secrets
from datetime import date

from models.administration.records import Account
from models.core import clock
from models.core.security.crypto import hash_id_number
from models.demo.invented_names import id_number, mobile
from models.demo.sign_ins import GROUP_DESK
from models.hazards.records import MAJOR
from models.messages.channels.records import BEFORE, BY_BOOK, CARD, SYSTEM, ChatGroup, ChatMember, WecomApp
from models.messages.escalation.records import HAZARD, Preset, PresetGroup
from models.organization.records import Binding, Company, Person

USER_ID = "jituan"
#: Who is in the group's chat, by name: the desk, and who heads the companies. The third phone of the sandbox is among them.
IN_CHAT = (GROUP_DESK, "顾行远", "陈安澜", "林知远")
_PLACE = 460


def open_desk(app: WecomApp) -> None:
    """Give the group's safety manager a file and a chat account, and the group a chat that hears of major hazards."""
    group = Company.get_or_none(Company.kind == "group")
    account = Account.get_or_none(Account.login == "jituan")
    if group is None or account is None:
        return
    person = _file(group, account)
    plant_tie(person, app, USER_ID)
    chat = ChatGroup.create(
        name=f"{group.name}安全群", kind="robot", webhook_key=secrets.token_urlsafe(24), app=app.id
    )
    preset = Preset.create(name="重大隐患：集团知晓", level=HAZARD + MAJOR, ways=[SYSTEM, CARD])
    PresetGroup.create(preset=preset.id, group=chat.id)


def plant_tie(person: Person, app: WecomApp, user_id: str) -> None:
    """A chat account as a reading of the address book ties it; who has no account yet is left as from before."""
    account_id = Person.get_by_id(person.id).account_id
    tied = {"how": BY_BOOK, "tied_at": clock.now()} if account_id else {"how": BEFORE}
    ChatMember.create(
        company=person.company_id,
        person=person.id,
        app=app.id,
        user_id=user_id,
        account_id=account_id,
        **tied,
    )


def tie_again(app: WecomApp) -> None:
    """Chat accounts of a demo from before ties were proven, as a reading of the address book would tie them."""
    waiting = (
        ChatMember.select(ChatMember, Person)
        .join(Person)
        .where(ChatMember.app == app.id, ChatMember.how == BEFORE, Person.account_id.is_null(False))
    )
    for row in waiting:
        ChatMember.update(account_id=row.person.account_id, how=BY_BOOK, tied_at=clock.now()).where(
            ChatMember.id == row.id
        ).execute()


def _file(group: Company, account: Account) -> Person:
    number, phone = id_number(date(1979, 6, 5), _PLACE, male=True), mobile(_PLACE)
    hashed = hash_id_number(number)
    person = Person.create(
        company=group.id,
        name=GROUP_DESK,
        id_number=number,
        id_hash=hashed,
        account_id=account.id,
        phone=phone,
        role="safety_officer",
    )
    Binding.create(company=group.id, person=person.id, state="approved", origin="imported")
    account.change(name=GROUP_DESK, phone=phone, id_number=number, id_hash=hashed)
    return person
