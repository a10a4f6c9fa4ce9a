"""By which ways people can be reached, and why not by the others (X04): one look for any number of people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from models.administration.roles.roles import grants_for_accounts
from models.core.db.bulk import select_in
from models.core.db.queries import fetch_one
from models.core.security.rights import Scope
from models.messages.channels.records import CARD, EMAIL, SMS, SYSTEM
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
class Reachability:
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
    company = fetch_one(Company, company_id)
    if company is None or not company.path.endswith(f"/{company_id}/"):
        return {company_id}
    above = [int(part) for part in company.path.split("/") if part]
    return {*above, *(row_id for (row_id,) in select_in(_BELOW, [f"{company.path}%"]))}


def means_of(
    company_id: int, persons: Iterable[int], *, read: str = "", told: bool = False
) -> dict[int, Reachability]:
    """The means of those of `persons` that may be told news of the company, in the order given, each once.

    Left out: leavers, and people of other companies. Those of the group above it are no strangers, nor is who has the
    right `read` for the whole group; nor anybody, where all of them were `told` already.
    """
    wanted = list(dict.fromkeys(persons))
    line = line_of(company_id)
    found: dict[int, Reachability] = {}
    for start in range(0, len(wanted), _CHUNK):
        chunk = wanted[start : start + _CHUNK]
        cards = _cards(chunk, line)
        rows = select_in(_PERSONS, chunk)
        strangers = {row[3] for row in rows if row[1] not in line and row[3] is not None}
        reaching = _reaching(strangers, read)
        for row in rows:
            if told or row[1] in line or row[3] in reaching:
                found[row[0]] = _means(row, cards.get(row[0], _NO_MEMBER))
    return {person: found[person] for person in wanted if person in found}


def _reaching(account_ids: set[int], read: str) -> set[int]:
    """Those of the accounts that have the right for the whole group."""
    held = grants_for_accounts(account_ids)
    return {account for account, reach in held.items() if reach.get(read) == Scope.GROUP}


_BELOW = "SELECT id FROM company WHERE path LIKE {keys} AND kind IN ('group', 'plate', 'company')"
_PERSONS = """
SELECT p.id, p.company_id, p.phone, a.id, a.state, c.email FROM person p
JOIN binding b ON b.person_id = p.id AND b.state = 'approved'
LEFT JOIN account a ON a.id = p.account_id
LEFT JOIN contact c ON c.person_id = p.id
WHERE p.id IN ({keys})"""

_MEMBERS = """
SELECT m.person_id, m.state, m.reason, w.company_id, m.company_id FROM chat_member m
JOIN wecom_app w ON w.id = m.app_id AND w.enabled = 1
JOIN person p ON p.id = m.person_id
WHERE m.person_id IN ({keys}) AND (m.account_id = p.account_id OR m.state = 'left')"""


def _means(row: tuple[Any, ...], card: Lack | None) -> Reachability:
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
    return Reachability(person, account, lacks)


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
