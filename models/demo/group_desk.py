"""The demo's safety desk of the group: a person with a file, so that cards come, and the group's own chat (E09, L07)."""

from __future__ import annotations

import secrets
from datetime import date

from models.administration.records import Account
from models.core.crypto import hash_id_number
from models.demo.inventions import id_number, mobile
from models.demo.sign_ins import GROUP_DESK
from models.hazards.records import MAJOR
from models.messages.chains import HAZARD, Preset, PresetGroup
from models.messages.ways import CARD, SYSTEM, ChatGroup, ChatMember, WecomApp
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
    ChatMember.create(company=group.id, person=person.id, app=app.id, user_id=USER_ID)
    chat = ChatGroup.create(
        name=f"{group.name}安全群", kind="robot", webhook_key=secrets.token_urlsafe(24), app=app.id
    )
    preset = Preset.create(name="重大隐患：集团知晓", level=HAZARD + MAJOR, ways=[SYSTEM, CARD])
    PresetGroup.create(preset=preset.id, group=chat.id)


def _file(group: Company, account: Account) -> Person:
    number, phone = id_number(date(1979, 6, 5), _PLACE, male=True), mobile(_PLACE)
    hashed = hash_id_number(number)
    person = Person.create(
        company=group.id,
        name=GROUP_DESK,
        id_number=number,
        id_hash=hashed,
        phone=phone,
        role="safety_officer",
    )
    Binding.create(company=group.id, person=person.id, state="approved", origin="imported")
    account.change(name=GROUP_DESK, phone=phone, id_number=number, id_hash=hashed)
    return person
