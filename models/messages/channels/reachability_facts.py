"""By which ways people can be reached as things stand, and what is missing where they can't be (X04, L01, L06)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from models.core.db import bulk
from models.messages.channels.records import CARD, EMAIL, SMS, SYSTEM, MailServer, SmsProvider, Way

_CHUNK = 1000

NO_ACCOUNT = "没有账号"
NO_PHONE = "没有联系电话"
NO_SMS = "单位没有启用短信服务"
NO_EMAIL = "没有登记邮箱"
NO_SERVER = "单位没有启用邮件服务器"
NO_CHAT = "没有绑定企业微信账号"
CHAT_AWAY = "企业微信账号收不到消息"
GONE = "已经不在单位"

#: What to do about each.
ADVICE = {
    NO_ACCOUNT: "在“人员”里给他开通账号",
    NO_PHONE: "在“人员”里补上联系电话",
    NO_SMS: "在“短信服务”里新增并启用一个",
    NO_EMAIL: "在“联系与代理”里登记邮箱",
    NO_SERVER: "在“邮件服务器”里新增并启用一个",
    NO_CHAT: "在“企业微信账号”里登记他的 userid",
    CHAT_AWAY: "请他重新关注企业微信，或核对 userid 和应用的可见范围",
    GONE: "从预案里移出，或另指定代理人、上级",
}


@dataclass
class PersonContacts:
    """What is known of one person that a way needs."""

    name: str
    company_id: int
    phone: str
    account_id: int | None = None
    here: bool = True  # bound to the unit; who left is told nothing
    email: str | None = None
    deputy_id: int | None = None
    superior_id: int | None = None
    chats: list[bool] = field(default_factory=list)  # for every enabled app: whether its messages arrive


class ReachabilityFacts:
    """The people of a question, loaded at once: some six queries for each thousand of them."""

    def __init__(self, person_ids: Iterable[int]) -> None:
        self.people: dict[int, PersonContacts] = {}
        self._served = {SMS: _companies_with(SmsProvider), EMAIL: _companies_with(MailServer)}
        self.know(person_ids)

    def know(self, person_ids: Iterable[int]) -> None:
        """Load more people; those that are known already cost nothing."""
        for part in _parts(set(person_ids) - self.people.keys()):
            _load(self.people, part)

    def name(self, person_id: int) -> str:
        """What the person is called."""
        known = self.people.get(person_id)
        return known.name if known else ""

    def stands_in(self, person_id: int, who: str) -> int | None:
        """The id of the person's `deputy` or `superior`, if one is named."""
        known = self.people.get(person_id)
        return None if known is None else (known.deputy_id if who == "deputy" else known.superior_id)

    def lacks(self, person_id: int, way: str) -> str | None:
        """What is missing for the person to be told by `way`; None if nothing is."""
        known = self.people.get(person_id)
        if known is None or not known.here:
            return GONE
        if way == SYSTEM:
            return None if known.account_id is not None else NO_ACCOUNT
        if way == CARD:
            return None if any(known.chats) else (CHAT_AWAY if known.chats else NO_CHAT)
        if way == SMS:
            return (None if self._serves(SMS, known) else NO_SMS) if known.phone else NO_PHONE
        return (None if self._serves(EMAIL, known) else NO_SERVER) if known.email else NO_EMAIL

    def _serves(self, way: str, known: PersonContacts) -> bool:
        return not self._served[way].isdisjoint((known.company_id, None))


def _companies_with(kind: type[Way]) -> set[int | None]:
    """The companies that have one enabled; None stands for the whole group."""
    return {company for (company,) in kind.select(kind.company).where(kind.enabled).distinct().tuples()}


def _parts(ids: Iterable[int]) -> Iterator[list[int]]:
    ordered = sorted(ids)
    for start in range(0, len(ordered), _CHUNK):
        yield ordered[start : start + _CHUNK]


def _load(people: dict[int, PersonContacts], ids: list[int]) -> None:
    columns = "id, name, company_id, phone, account_id"
    tied: dict[int, list[int]] = {}
    for row in bulk.select_in(f"SELECT {columns} FROM person WHERE id IN ({{keys}})", ids):
        people[row[0]] = PersonContacts(row[1], row[2], row[3] or "")
        if row[4] is not None:
            tied.setdefault(row[4], []).append(row[0])
    _load_more(people, ids)
    accounts = "SELECT id FROM account WHERE state = 'active' AND id IN ({keys})"
    for (account_id,) in bulk.select_in(accounts, tied):
        for person_id in tied[account_id]:
            people[person_id].account_id = account_id


def _load_more(people: dict[int, PersonContacts], ids: list[int]) -> None:
    for person_id, state in _rows("SELECT person_id, state FROM binding WHERE person_id IN ({keys})", ids):
        people[person_id].here = state == "approved"
    contacts = "SELECT person_id, email, deputy_id, superior_id FROM contact WHERE person_id IN ({keys})"
    for person_id, email, deputy, superior in _rows(contacts, ids):
        known = people[person_id]
        known.email, known.deputy_id, known.superior_id = email, deputy, superior
    members = (
        "SELECT m.person_id, m.state FROM chat_member m JOIN wecom_app a ON a.id = m.app_id"
        " JOIN person p ON p.id = m.person_id AND p.account_id = m.account_id"
        " WHERE a.enabled AND m.person_id IN ({keys})"
    )
    for person_id, state in _rows(members, ids):
        people[person_id].chats.append(state == "ok")


def _rows(sql: str, ids: list[int]) -> list[tuple[Any, ...]]:
    return bulk.select_in(sql, ids)
