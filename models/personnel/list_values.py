"""Values that the lists of people and bindings work out for a whole page at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from models.administration.accounts.account_ties import masked
from models.administration.accounts.invitations import CODE, OPEN, TAIL, TAIL_TRIES, WISHED, is_over
from models.administration.passwords.password_rules import ID_TAIL
from models.administration.records import Account, AccountClaim, Invitation
from models.core import clock
from models.core.fields import Choice
from models.core.ledger.reading.references import load_rows
from models.core.security.actor import Actor
from models.organization.records import Binding, Person
from models.personnel.bindings import claims
from models.training.certificates.validity import TITLES, standing
from models.training.records import Certificate

Loaded = dict[int, Any]


def binding_states(actor: Actor, records: Sequence[Person]) -> Loaded:
    """The state of each person's binding."""
    rows = Binding.select(Binding.person, Binding.state).where(
        Binding.person.in_([row.id for row in records])
    )
    return {row.person_id: row.state for row in rows}


def bound_so(values: Sequence[str]) -> Any:
    """The condition that a person's binding is in one of the states."""
    return Person.id.in_(Binding.select(Binding.person).where(Binding.state.in_(list(values))))


def certificates(actor: Actor, records: Sequence[Person]) -> Loaded:
    """Each person's codes with their standing: `N1 有效、Q2 快到期`."""
    day = clock.today()
    rows = Certificate.select(
        Certificate.person, Certificate.code, Certificate.valid_until, Certificate.state
    ).where(Certificate.person.in_([row.id for row in records]))
    told: dict[int, list[str]] = {}
    for row in rows.order_by(Certificate.code, Certificate.valid_until.desc()):
        told.setdefault(row.person_id, []).append(f"{row.code} {TITLES[standing(row, day)]}")
    return {key: "、".join(parts) for key, parts in told.items()}


def _accounts(records: Sequence[Person]) -> dict[int, Account]:
    """The accounts that are tied to the files, by their ids."""
    columns = (Account.id, Account.login, Account.name, Account.company)
    rows = Account.select(*columns).where(
        Account.id.in_([row.account_id for row in records if row.account_id])
    )
    return {row.id: row for row in rows}


def logins(actor: Actor, records: Sequence[Person]) -> Loaded:
    """The login of each person's account; one that another unit looks after is shown as others may see it."""
    accounts, invited = _accounts(records), _invitations(records)
    told = {}
    for row in records:
        account, invitation = accounts.get(row.account_id or 0), invited.get(row.id)
        if account is not None:
            own = row.company_id == account.company_id or account.login == row.phone
            told[row.id] = account.login if own else masked(account.login)
        elif invitation is not None and invitation.state == OPEN:
            told[row.id] = invitation.login
    return told


def _invitations(records: Sequence[Person]) -> dict[int, Invitation]:
    rows = Invitation.select().where(
        Invitation.person_id.in_([row.id for row in records] or [0]), Invitation.state.in_((OPEN, WISHED))
    )
    return {row.person_id: row for row in rows}


ACCOUNT_STATES = (
    Choice("claimed", "待确认本人", "bad"),
    Choice("wished", "待审核开通", "warn"),
    Choice("uncoded", "待发激活码", "warn"),
    Choice("invited", "待本人登录", "plain"),
    Choice("over", "初始密码过期", "warn"),
    Choice("tied", "已开通", "good"),
    Choice("none", "未开通", "plain"),
)


def account_states(actor: Actor, records: Sequence[Person]) -> Loaded:
    """How far each person's account is: from nothing to tied. Who says that it is them comes before all else."""
    invited, claimed = _invitations(records), claims.claimed_by(records)
    return {
        row.id: "claimed"
        if row.id in claimed
        else "tied"
        if row.account_id
        else _invited_so(invited.get(row.id))
        for row in records
    }


def _invited_so(invitation: Invitation | None) -> str:
    if invitation is None:
        return "none"
    if invitation.state == WISHED:
        return "wished"
    if invitation.secret is None:
        return "uncoded"
    return "over" if is_over(invitation) else "invited"


def account_so(values: Sequence[str]) -> Any:
    """The condition that a person's account is in one of the states."""
    waiting = Person.id.in_(
        AccountClaim.select(AccountClaim.person_id).where(AccountClaim.state == "waiting")
    )
    untied = Person.account_id.is_null() & ~waiting
    now = clock.now()
    invited = Invitation.state == OPEN
    by_state = {
        "wished": Invitation.state == WISHED,
        "uncoded": invited & Invitation.secret.is_null(),
        "invited": invited & Invitation.secret.is_null(False) & (Invitation.expires_at > now),
        "over": invited
        & Invitation.secret.is_null(False)
        & (Invitation.expires_at.is_null() | (Invitation.expires_at <= now)),
    }
    parts = {
        name: untied & Person.id.in_(Invitation.select(Invitation.person_id).where(condition))
        for name, condition in by_state.items()
    }
    any_open = Invitation.select(Invitation.person_id).where(Invitation.state.in_((OPEN, WISHED)))
    parts |= {
        "claimed": waiting,
        "tied": Person.account_id.is_null(False) & ~waiting,
        "none": untied & Person.id.not_in(any_open),
    }
    found = Person.id.is_null()
    for value in values:
        found |= parts.get(value, Person.id.is_null())
    return found


def has_account(actor: Actor, records: Sequence[Person]) -> Loaded:
    """Whether an account was opened, or asked for, for each person."""
    invited = _invitations(records)
    return {row.id: row.account_id is not None or row.id in invited for row in records}


def first_passwords(actor: Actor, records: Sequence[Person]) -> Loaded:
    """Which kind of first password each holder has who has not come yet."""
    return {
        person_id: TAIL if invitation.secret == ID_TAIL else CODE
        for person_id, invitation in _invitations(records).items()
    }


def person_hints(actor: Actor, records: Sequence[Person]) -> Loaded:
    """What the reviewer should look at: which account says that a file is its holder's, who said no, and tails used up."""
    told = {key: f"{who} 说是本人" for key, who in claims.claimed_by(records).items()}
    denied = claims.denied([row for row in records if row.account_id is None])
    for row in records:
        if row.id in denied:
            told.setdefault(row.id, f"{denied[row.id]} 回答“不是我”，请核对身份证号")
    for person_id, invitation in _invitations(records).items():
        if invitation.state == OPEN and invitation.secret == ID_TAIL and invitation.tail_tries >= TAIL_TRIES:
            told.setdefault(person_id, "身份证号后 6 位试错太多，已停用，请重发激活码")
    return told


def _differing(persons: Sequence[Person]) -> Loaded:
    return {key: f"申请账号 {who}" for key, who in claims.claimed_by(persons).items()}


def _persons(records: Sequence[Binding]) -> dict[int, Person]:
    return load_rows(Person, {row.person_id for row in records})


def binding_phones(actor: Actor, records: Sequence[Binding]) -> Loaded:
    """The phone of each binding's person."""
    persons = _persons(records)
    return {row.id: persons[row.person_id].phone for row in records}


def binding_hints(actor: Actor, records: Sequence[Binding]) -> Loaded:
    """What the reviewer of each waiting binding should look at."""
    waiting = [row for row in records if row.state == "waiting"]
    differing = _differing(list(_persons(waiting).values()))
    return {row.id: differing[row.person_id] for row in waiting if row.person_id in differing}


def binding_label(row: Binding) -> str:
    """A binding by the name of its person."""
    return str(row.person.name)
