"""Somebody tries the passwords of many: told to the administrators who may lock accounts in the whole group."""

from __future__ import annotations

from typing import Any

from models.administration.records import LOCK_USERS, Assignment, Role, SignIn
from models.administration.roles.grants import unpack
from models.administration.sign_in.throttling import SPRAYED
from models.core import clock
from models.core.events.outbox import Outbox
from models.core.security.rights import Scope
from models.messages.channels.records import EMAIL, SMS
from models.messages.records import NORMAL
from models.messages.tell import Telling
from models.messages.tellers import teller
from models.organization.records import Binding, Person


@teller(SPRAYED)
def sprayed(row: Outbox) -> Telling | None:
    """From where, and how many accounts; None where no such administrator has a personnel file to be told by."""
    people = _administrators()
    noticed = SignIn.get_or_none(SignIn.id == row.subject_id)
    if not people or noticed is None:
        return None
    said: dict[str, Any] = dict(row.payload or {})
    return Telling(
        company_id=people[0].company_id, kind=row.kind, subject_kind="sign_in", subject_id=noticed.id,
        title="有人在试多个账号的密码",
        text=(
            f"{clock.local(noticed.at):%H:%M} 起，来自 {noticed.address} 的 {said.get('logins')} 个账号输错密码。"
            "该来源已被限制登录，常用设备不受影响。请核实来源；是外人就在防火墙上拦住。"
        ),
        urgency=NORMAL, persons=[person.id for person in people], ways=[SMS, EMAIL], read=LOCK_USERS,
    )  # fmt: skip


def _administrators() -> list[Person]:
    reaches = ((role.id, unpack(role.grants)) for role in Role.select())
    roles = [key for key, reach in reaches if LOCK_USERS in reach and reach[LOCK_USERS] == Scope.GROUP]
    accounts = Assignment.select(Assignment.account_id).where(Assignment.role.in_(roles or [0]))
    return list(
        Person.select()
        .join(Binding, on=(Binding.person == Person.id))
        .where(Person.account_id.in_(accounts), Binding.state == "approved")
        .order_by(Person.id)
    )
