"""“That is me”: an account says that a unit's file is its holder's (I2). Only the unit can make that so.

Who is signed in by their own means and has the ID number of an open invitation is asked once: 是我 / 不是我. The number was
typed by somebody, so 是我 ties at once only with that unit's own first password or code; else it is a claim, which who may
review in the unit confirms or refuses. An application to join (Q06) is such a claim too.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from models.administration.accounts import invitations
from models.administration.accounts.account_ties import masked, tie, tied_already
from models.administration.accounts.authority import require_file_no_greater
from models.administration.records import Account, AccountClaim, Invitation
from models.core import clock, history
from models.core.errors import AnbanError, Conflict, Forbidden, Invalid, NotFound
from models.core.events.outbox import announce
from models.core.security.actor import Actor
from models.organization.records import DECIDE_BINDINGS, Binding, Company, Person

ASKED, APPLIED = "asked", "applied"
WAITING, CONFIRMED, REFUSED, DENIED = "waiting", "confirmed", "refused", "denied"


def questions(account: Account) -> list[dict[str, Any]]:
    """The units that ask the account's holder whether a file of theirs is theirs: `{"id", "unit": {"id", "name"}}`.

    Each asks once: what was answered is not asked again. Nothing else of the file is told.
    """
    if not account.id_hash or account.must_change_password or account.state != "active":
        return []
    rows = (
        Invitation.select(Invitation.id, Invitation.company_id, Invitation.person_id)
        .join(Person, on=(Person.id == Invitation.person_id))
        .join(Binding, on=(Binding.person == Person.id))
        .where(Invitation.id_hash == account.id_hash, Invitation.state == invitations.OPEN)
        .where(Person.account_id.is_null(), Binding.state == "approved")
        .order_by(Invitation.id)
    )
    found = {row.person_id: row for row in rows}
    answered = AccountClaim.select(AccountClaim.person_id).where(
        AccountClaim.account_id == account.id, AccountClaim.person_id.in_(list(found) or [0])
    )
    for (person_id,) in answered.tuples():
        del found[person_id]
    own = Person.select(Person.company).where(Person.account_id == account.id).tuples()
    mine = {company for (company,) in own}
    units = {row.company_id for row in found.values()} - mine
    names = dict(Company.select(Company.id, Company.name).where(Company.id.in_(list(units) or [0])).tuples())
    return [
        {"id": str(row.id), "unit": {"id": str(row.company_id), "name": names[row.company_id]}}
        for row in found.values()
        if row.company_id in names
    ]


def questions_of(actor: Actor) -> list[dict[str, Any]]:
    """What the actor is asked; in a session of one unit nothing, as it began with something that a unit handed out."""
    if actor.account_id is None or actor.unit_id is not None:
        return []
    return questions(Account.get_by_id(actor.account_id))


def answer(actor: Actor, question: int, *, mine: bool, secret: str = "") -> str:
    """Answer a unit's question: denied, waiting (a claim), or confirmed (with `secret`, its first password or code).

    Call it in `in_transaction`; a wrong `secret` is counted and must stay counted, so it is given back by `try_answer`.
    Raises NotFound for what is not asked (any more).
    """
    outcome = try_answer(actor, question, mine=mine, secret=secret)
    if isinstance(outcome, AnbanError):
        raise outcome
    return outcome


def try_answer(actor: Actor, question: int, *, mine: bool, secret: str = "") -> str | AnbanError:
    """`answer`, but a wrong `secret` is given back and not raised, so that its count is committed."""
    if str(question) not in {item["id"] for item in questions_of(actor)}:
        raise NotFound("没有这个问题", cause="您已经回答过，或者单位已经撤回", advice="请刷新后再看")
    invitation = Invitation.get_by_id(int(question))
    account = Account.get_by_id(actor.account_id)
    person = Person.get_by_id(invitation.person_id)
    if not mine:
        _claim(person, account, ASKED, DENIED)
        announce("claim.denied", person, account=account.id)
        return DENIED
    if secret:
        if not invitations.proves(invitation, secret) or invitations.is_over(invitation):
            return Invalid(
                "没有确认成功",
                code="wrong_secret",
                fields={"secret": "初始密码或激活码不对，请核对；没有的话直接点“是我”，由单位审核"},
            )
        _claim(person, account, ASKED, WAITING)
        tie(actor, person, account, member=invitation.member)
        return CONFIRMED
    _claim(person, account, ASKED, WAITING)
    announce("claim.made", person, account=account.id)
    return WAITING


def claim_by_application(actor: Actor, person: Person, account: Account) -> bool:
    """An application (Q06) says so too; whether that is new. What was refused may be asked for again."""
    there = AccountClaim.get_or_none(
        AccountClaim.person_id == person.id, AccountClaim.account_id == account.id
    )
    if there is not None and there.state == WAITING:
        return False
    _claim(person, account, APPLIED, WAITING)
    return True


def _claim(person: Person, account: Account, origin: str, state: str) -> None:
    values = {
        "origin": origin,
        "state": state,
        "made_at": clock.now(),
        "decided_at": None,
        "decided_by": None,
    }
    mine = (AccountClaim.person_id == person.id) & (AccountClaim.account_id == account.id)
    if AccountClaim.update(**values).where(mine).execute():
        return
    AccountClaim.create(company_id=person.company_id, person_id=person.id, account_id=account.id, **values)


def waiting_for(person: Person) -> list[AccountClaim]:
    """Who says that the file is theirs and waits for the unit, the first first."""
    rows = AccountClaim.select().where(AccountClaim.person_id == person.id, AccountClaim.state == WAITING)
    return list(rows.order_by(AccountClaim.made_at, AccountClaim.id))


def confirm(actor: Actor, person: Person, *, account_id: int | None = None) -> Person:
    """Confirm that the one who says so is the file's human (or that one of several): the file is tied to the account.

    By who may review, never for oneself, and not for a file that would give more than they have. Raises Conflict
    `no_claim`, `several_claims`, `tied_already`.
    """
    actor.require(DECIDE_BINDINGS, person)
    claim = _the_claim(person, account_id)
    if claim.account_id == actor.account_id:
        raise Forbidden(
            "不能确认自己的申请",
            code="own_claim",
            cause="这是您自己提出的",
            advice="请让别的可审核的人来确认",
        )
    require_file_no_greater(actor, person, "确认账号")
    if person.account_id is not None and person.account_id != claim.account_id:
        raise tied_already(person)
    account = Account.get_by_id(claim.account_id)
    invitation = invitations.invitation_of(person)
    member = (
        invitation is not None
        and invitation.member
        and invitation.state in (invitations.OPEN, invitations.WISHED)
    )
    tie(actor, person, account, member=member)
    return person


def _the_claim(person: Person, account_id: int | None) -> AccountClaim:
    claims = [claim for claim in waiting_for(person) if account_id in (None, claim.account_id)]
    if not claims:
        raise Conflict(
            f"没有人申请“{person.name}”", code="no_claim", cause="申请已经处理过了", advice="请刷新后再看"
        )
    if len(claims) > 1:
        raise Conflict(
            f"有 {len(claims)} 个账号都说是“{person.name}”",
            code="several_claims",
            cause="不能确定是哪一个",
            advice="请当面核对，先点“不是本人”退回，再让本人重新申请",
        )
    return claims[0]


def refuse(actor: Actor, person: Person) -> Person:
    """Nobody of those who say so is the file's human."""
    actor.require(DECIDE_BINDINGS, person)
    if not waiting_for(person):
        _the_claim(person, None)
    for claim in waiting_for(person):
        refuse_claim(actor, person, claim)
    return person


def refuse_claim(actor: Actor, person: Person, claim: AccountClaim) -> None:
    """Turn one claim down, and keep that in the file's trail."""
    AccountClaim.update(state=REFUSED, decided_at=clock.now(), decided_by=actor.name[:60]).where(
        AccountClaim.id == claim.id, AccountClaim.state == WAITING
    ).execute()
    login = masked(Account.get_by_id(claim.account_id).login)
    history.note(
        actor, person, "claim_refused", [{"field": "account_id", "title": "账号", "old": login, "new": None}]
    )


def claimed_by(persons: Iterable[Person]) -> dict[int, str]:
    """By file, the accounts that say it is theirs and wait, their logins masked: `138****0001（王大友）`."""
    ids = [person.id for person in persons]
    rows = (
        AccountClaim.select(AccountClaim.person_id, Account.login, Account.name)
        .join(Account, on=(Account.id == AccountClaim.account_id))
        .where(AccountClaim.person_id.in_(ids or [0]), AccountClaim.state == WAITING)
        .order_by(AccountClaim.id)
        .tuples()
    )
    told: dict[int, list[str]] = {}
    for person_id, login, name in rows:
        told.setdefault(person_id, []).append(f"{masked(login)}（{name}）")
    return {key: "、".join(parts) for key, parts in told.items()}


def denied(persons: Iterable[Person]) -> dict[int, str]:
    """By file, the accounts that were asked and said 不是我, their logins masked."""
    rows = (
        AccountClaim.select(AccountClaim.person_id, Account.login)
        .join(Account, on=(Account.id == AccountClaim.account_id))
        .where(
            AccountClaim.person_id.in_([person.id for person in persons] or [0]), AccountClaim.state == DENIED
        )
        .order_by(AccountClaim.id)
        .tuples()
    )
    told: dict[int, list[str]] = {}
    for person_id, login in rows:
        told.setdefault(person_id, []).append(masked(login))
    return {key: "、".join(parts) for key, parts in told.items()}


__all__ = [
    "answer", "claim_by_application", "claimed_by", "confirm", "denied", "questions", "questions_of", "refuse", "try_answer",
    "waiting_for",
]  # fmt: skip
