<<<<<<< HEAD
"""By which ways people can be reached, and why not by the others (X04): one look for any number of people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from models.core.bulk import select_in
from models.messages.ways import CARD, EMAIL, SMS, SYSTEM
from models.organization.records import Company

#: What is tried after what, when an urgent message can't reach somebody.
NEXT_WAYS = (CARD, SMS, EMAIL)
_CHUNK = 1000

Lack = tuple[str, str]
_NO_ACCOUNT: Lack = ("no_account", "没有开通账号，看不到系统消息")
_DISABLED: Lack = ("account_disabled", "账号已停用，看不到系统消息")
_NO_MEMBER: Lack = ("no_member", "没有绑定企业微信")
_NO_PHONE: Lack = ("no_phone", "没有手机号")
_NO_EMAIL: Lack = ("no_email", "没有邮箱")


@dataclass(frozen=True)
class Means:
    """How one person can be reached. `lacks` has, for every way that they have not, a code and the reason."""

    person_id: int
    account_id: int | None
    lacks: dict[str, Lack] = field(default_factory=dict)

    def next_way(self, after: str) -> str | None:
        """The next personal way that the person has, when `after` did not reach them."""
        if after not in NEXT_WAYS:
            return None
        later = NEXT_WAYS[NEXT_WAYS.index(after) + 1 :]
        return next((way for way in later if way not in self.lacks), None)


def line_of(company_id: int) -> set[int]:
    """The nodes that have people and share news with a company: itself, those above it, those below it."""
    company = Company.get_or_none(Company.id == company_id)
    if company is None or not company.path.endswith(f"/{company_id}/"):
        return {company_id}
    above = [int(part) for part in company.path.split("/") if part]
    below = Company.select(Company.id).where(
        Company.path.startswith(company.path), Company.kind.in_(("group", "plate", "company"))
    )
    return {*above, *(row.id for row in below)}


def means_of(company_id: int, persons: Iterable[int]) -> dict[int, Means]:
    """The means of those of `persons` that may be told news of the company, in the order given, each once.

    Left out: people of other companies (those of the group above it are no strangers), and leavers.
    """
    wanted = list(dict.fromkeys(persons))
    line = line_of(company_id)
    found: dict[int, Means] = {}
    for start in range(0, len(wanted), _CHUNK):
        chunk = wanted[start : start + _CHUNK]
        cards = _cards(chunk, line)
        for row in select_in(_PERSONS, chunk):
            if row[1] in line:
                found[row[0]] = _means(row, cards.get(row[0], _NO_MEMBER))
    return {person: found[person] for person in wanted if person in found}


_PERSONS = """
SELECT p.id, p.company_id, p.phone, a.id, a.state, c.email FROM person p
JOIN binding b ON b.person_id = p.id AND b.state = 'approved'
LEFT JOIN account a ON a.id_hash = p.id_hash
LEFT JOIN contact c ON c.person_id = p.id
WHERE p.id IN ({keys})"""

_MEMBERS = """
SELECT m.person_id, m.state, m.reason, w.company_id, m.company_id FROM chat_member m
JOIN wecom_app w ON w.id = m.app_id AND w.enabled = 1
WHERE m.person_id IN ({keys})"""


def _means(row: tuple[Any, ...], card: Lack | None) -> Means:
    person, _, phone, account, state, email = row
    lacks: dict[str, Lack] = {}
    if account is None:
        lacks[SYSTEM] = _NO_ACCOUNT
    elif state != "active":
        lacks[SYSTEM] = _DISABLED
    if card is not None:
        lacks[CARD] = card
    if not phone:
        lacks[SMS] = _NO_PHONE
    if not email:
        lacks[EMAIL] = _NO_EMAIL
    return Means(person, account, lacks)


def _cards(persons: Sequence[int], line: set[int]) -> dict[int, Lack | None]:
    """For everybody with a chat account at an enabled app of theirs: None if it works, or why it does not."""
    found: dict[int, Lack | None] = {}
    for person, state, reason, app_company, company in select_in(_MEMBERS, persons):
        if app_company is not None and app_company != company and app_company not in line:
            continue
        if state == "ok":
            found[person] = None
        elif person not in found:
            why = "已从企业微信离职" if state == "left" else "企业微信收不到"
            found[person] = (f"member_{state}", f"{why}：{reason}" if reason else why)
    return found
=======
"""By which ways people can be reached as things stand, and what is missing where they can't be (X04, L01, L06)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from models.core import bulk
from models.messages.ways import CARD, EMAIL, SMS, SYSTEM, MailServer, SmsProvider, Way

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
class Known:
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


class Means:
    """The people of a question, loaded at once: some six queries for each thousand of them."""

    def __init__(self, person_ids: Iterable[int]) -> None:
        self.people: dict[int, Known] = {}
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

    def _serves(self, way: str, known: Known) -> bool:
        return not self._served[way].isdisjoint((known.company_id, None))


def _companies_with(kind: type[Way]) -> set[int | None]:
    """The companies that have one enabled; None stands for the whole group."""
    return {company for (company,) in kind.select(kind.company).where(kind.enabled).distinct().tuples()}


def _parts(ids: Iterable[int]) -> Iterator[list[int]]:
    ordered = sorted(ids)
    for start in range(0, len(ordered), _CHUNK):
        yield ordered[start : start + _CHUNK]


def _load(people: dict[int, Known], ids: list[int]) -> None:
    hashes: dict[str, list[int]] = {}
    columns = "id, name, company_id, phone, id_hash"
    for row in bulk.select_in(f"SELECT {columns} FROM person WHERE id IN ({{keys}})", ids):
        people[row[0]] = Known(row[1], row[2], row[3] or "")
        hashes.setdefault(row[4], []).append(row[0])
    _load_more(people, ids)
    accounts = "SELECT id_hash, id FROM account WHERE state = 'active' AND id_hash IN ({keys}) ORDER BY id"
    for id_hash, account_id in bulk.select_in(accounts, hashes):
        for person_id in hashes[id_hash]:
            people[person_id].account_id = people[person_id].account_id or account_id


def _load_more(people: dict[int, Known], ids: list[int]) -> None:
    for person_id, state in _rows("SELECT person_id, state FROM binding WHERE person_id IN ({keys})", ids):
        people[person_id].here = state == "approved"
    contacts = "SELECT person_id, email, deputy_id, superior_id FROM contact WHERE person_id IN ({keys})"
    for person_id, email, deputy, superior in _rows(contacts, ids):
        known = people[person_id]
        known.email, known.deputy_id, known.superior_id = email, deputy, superior
    members = (
        "SELECT m.person_id, m.state FROM chat_member m JOIN wecom_app a ON a.id = m.app_id"
        " WHERE a.enabled AND m.person_id IN ({keys})"
    )
    for person_id, state in _rows(members, ids):
        people[person_id].chats.append(state == "ok")


def _rows(sql: str, ids: list[int]) -> list[tuple[Any, ...]]:
    return bulk.select_in(sql, ids)
>>>>>>> h-chains
