"""Joining and leaving a unit (Q06): applied for by the worker, decided by the unit."""

from __future__ import annotations

from dataclasses import replace

from peewee import IntegrityError

from models.administration.accounts import invitations
from models.administration.accounts.authority import require_file_no_greater, require_person_no_greater
from models.administration.accounts.membership import sync_roles
from models.administration.records import Account
from models.core import clock, history
from models.core.db.connection import database
from models.core.errors import Conflict, Forbidden, Invalid, Malformed, NotFound
from models.core.events.outbox import announce
from models.core.fields import spaced
from models.core.ledger.reading.query import contains
from models.core.security import identifiers
from models.core.security.actor import Actor
from models.organization.records import APPLY_BINDINGS, Binding, Company, Person
from models.personnel.bindings.claims import claim_by_application, confirm, refuse_claim, waiting_for

_FOUND = 20


def find_units(actor: Actor, text: str) -> list[Company]:
    """Units that one can apply to: by part of the name (two characters at least) or the whole credit code."""
    actor.require(APPLY_BINDINGS)
    wanted = spaced(text)
    units = Company.select(Company.id, Company.name).where(Company.kind == "company")
    try:
        code = identifiers.credit_code(wanted)
    except Malformed:
        if len(wanted) < 2:
            raise Invalid(fields={"q": "请至少输入单位名称中的 2 个字"}) from None
        return list(units.where(contains(Company.name, wanted[:60])).order_by(Company.name).limit(_FOUND))
    return list(units.where(Company.credit_code == code))


def apply(actor: Actor, unit: int, *, note: str | None = None) -> tuple[Binding, bool]:
    """Ask to join a unit (Q06); gives the binding and whether this made a new application.

    A file is made of the account's own name, ID number and phone where the unit has none of the human. Whether it had
    one is not told: the file stays the unit's, and the application a claim to it, until the unit says yes (I2). A repeat
    gives what is there. Raises NotFound for no such unit, Conflict `no_identity` for an account without ID number or
    phone, Forbidden `unit_session` where the session is one unit's: an application is its holder's own yes.
    """
    actor.require(APPLY_BINDINGS)
    if actor.unit_id is not None:
        raise Forbidden(
            "这次登录不能申请加入单位",
            code="unit_session",
            cause="这次登录只对一个单位有效",
            advice="请用您自己的密码登录后再申请",
        )
    account = Account.get_by_id(actor.account_id)
    company = Company.get_or_none(Company.id == unit, Company.kind == "company")
    if company is None:
        raise NotFound("没有找到这个单位", advice="请按名称重新查找")
    if not account.id_number or not account.phone:
        raise Conflict(
            "现在不能申请绑定",
            code="no_identity",
            cause="您的账号没有登记身份证号或手机号",
            advice="请联系单位管理员，在“用户”里补登后再申请",
        )
    said = (spaced(note or "")[:200]) or None
    person = _own_file(account, company.id)
    mine = person.account_id == account.id
    claimed = False if mine else claim_by_application(actor, person, account)
    binding = Binding.get_or_none(Binding.person == person.id)
    if binding is None:
        return _first(actor, person, said)
    if binding.state in ("waiting", "approved"):
        if claimed:
            announce("claim.made", person, account=account.id)
        return binding, claimed
    # A file that one was taken out of is nobody's own any more; for this step it is the applicant's again.
    applicant = replace(actor, company_id=company.id, person_ids=(*actor.person_ids, person.id))
    binding.move(
        "apply_again",
        applicant,
        applied_at=clock.now(),
        note=said,
        origin="applied",
        **dict.fromkeys(("decided_at", "decided_by", "reason", "ended_on")),
    )
    history.note(actor, binding, "apply_again")
    announce("binding.applied", binding)
    return binding, True


def _own_file(account: Account, company_id: int) -> Person:
    """The file in the unit that is the account's, or else the one with its ID number; the unique key decides when two
    phones ask at once."""
    wanted = (Person.company == company_id) & (Person.id_hash == account.id_hash)
    tied = (Person.company == company_id) & (Person.account_id == account.id)
    person = Person.get_or_none(tied) or Person.get_or_none(wanted)
    if person is None:
        try:
            with database.atomic():
                person = Person.create(
                    company=company_id, name=account.name, id_number=account.id_number, phone=account.phone
                )
        except IntegrityError:
            person = Person.get(wanted)
    return person


def _first(actor: Actor, person: Person, note: str | None) -> tuple[Binding, bool]:
    try:
        with database.atomic():
            binding = Binding.create(
                company=person.company_id, person=person.id, state="waiting", origin="applied", note=note
            )
    except IntegrityError:
        return Binding.get(Binding.person == person.id), False
    history.note(actor, binding, "applied")
    announce("binding.applied", binding)
    return binding, True


def approve(actor: Actor, binding: Binding) -> Binding:
    """Let somebody in: from now on they can clock in for the unit.

    Who applied is confirmed by that as the file's human (`claims.confirm`, with what it raises); where an account was
    wished for, its holder is invited.
    """
    person = Person.get_by_id(binding.person_id)
    claims = waiting_for(person)
    require_file_no_greater(actor, person, "通过")
    binding = _decide(actor, binding, "approve", reason=None)
    person = Person.get_by_id(binding.person_id)
    if claims:
        confirm(actor, person)
    else:
        invite_wished(actor, person)
    return binding


def invite_wished(actor: Actor, person: Person) -> None:
    """Invite the holder of a file for which an account was wished by somebody who may not review.

    The first password is of the kind that was wished. An activation code is nobody's yet: it is handed out by 发初始密码,
    or in the sheet of 激活码.
    """
    there = invitations.invitation_of(person)
    if there is not None and there.state == invitations.WISHED and person.account_id is None:
        kind = invitations.CODE if there.secret is None else invitations.TAIL
        invitations.invite(actor, person, member=there.member, kind=kind, shown=False)
        history.note(actor, person, "invited")


def refuse(actor: Actor, binding: Binding, reason: str) -> Binding:
    """Turn an application down, with the reason that the applicant reads."""
    person = Person.get_by_id(binding.person_id)
    for claim in waiting_for(person):
        refuse_claim(actor, person, claim)
    return _decide(actor, binding, "refuse", reason=reason)


def end(actor: Actor, binding: Binding, reason: str | None = None) -> Binding:
    """Take somebody out of the unit; files, certificates and clock-ins stay, rights and sessions of it go.

    The tie stays, and opens nothing; an invitation that was not taken up is withdrawn. Nobody ends somebody greater.
    """
    person = Person.get_by_id(binding.person_id)
    require_person_no_greater(actor, person, "移出单位")
    return _decide(actor, binding, "end", reason=reason, ended_on=clock.today())


def restore(actor: Actor, binding: Binding) -> Binding:
    """Take somebody back in: the unit's yes, and so by who may review."""
    require_file_no_greater(actor, Person.get_by_id(binding.person_id), "重新绑定")
    return _decide(actor, binding, "restore", reason=None, ended_on=None)


def _decide(actor: Actor, binding: Binding, name: str, **values: object) -> Binding:
    before = binding.state
    binding.move(name, actor, decided_at=clock.now(), decided_by=actor.name[:60], **values)
    person = Person.get_by_id(binding.person_id)
    sync_roles(person)
    if binding.state in ("ended", "refused"):
        invitations.withdraw(person)
    lines = history.differences(Binding, {"state": before}, {"state": binding.state, **values})
    history.note(actor, binding, name, lines)
    announce(f"binding.{binding.state}", binding)
    return binding


def names_differ(binding: Binding) -> str:
    """What to tell the reviewer when the account that applied has another name than the file; empty if not."""
    person = Person.get_by_id(binding.person_id)
    ids = [claim.account_id for claim in waiting_for(person)] or [person.account_id or 0]
    names = [
        row.name for row in Account.select(Account.name).where(Account.id.in_(ids)) if row.name != person.name
    ]
    return f"申请账号的姓名是“{'、'.join(names)}”，名单里是“{person.name}”，请核对" if names else ""
