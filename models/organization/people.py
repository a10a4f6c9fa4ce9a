"""Personnel files (Q04, Q05): entering people, matching their certificates, giving them a sign-in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from models.administration import builtin_roles
from models.administration.accounts import Opened, open_account
from models.administration.grants import exceeding, unpack
from models.administration.records import Account
from models.administration.roles import builtin
from models.core import clock, history
from models.core.actor import Actor
from models.core.errors import Conflict, Invalid
from models.duty.records import ClockIn
from models.organization.membership import join, sync_roles
from models.organization.records import (
    CREATE_PERSONS,
    DELETE_PERSONS,
    EDIT_PERSONS,
    Binding,
    Company,
    Person,
)
from models.training.matching import attach_from_registry
from models.training.records import Certificate

Values = dict[str, Any]


@dataclass(frozen=True)
class Added:
    """A person who was entered, with what was found and opened for them."""

    person: Person
    found: list[Certificate] = field(default_factory=list)
    account: Opened | None = None

    @property
    def verdict(self) -> str:
        """What the matching of certificates says (Q04)."""
        if self.found:
            return f"校验通过，匹配到 {len(self.found)} 个证书项目"
        return "没有匹配到资质证书，请手工录入"


def add_person(actor: Actor, values: Values, *, origin: str = "entered") -> Added:
    """Enter a person into a unit's files and bind them at once (Q04).

    `values` as the form has them, with `open_account` for 是否添加账号. Certificates known to the registry are
    attached. Raises Invalid at the fields, Conflict `person_exists` for somebody who is in the files already.
    """
    actor.require(CREATE_PERSONS)
    values = dict(values)
    wants_account = bool(values.pop("open_account", False))
    values["company"] = company_of(actor, values, CREATE_PERSONS)
    values["may_review"] = bool(values.get("may_review")) and values.get("role") == "safety_officer"
    check_place(values["company"], values)
    check_role(actor, values, None)
    person = Person(**values)
    actor.require(CREATE_PERSONS, person)
    there = find_file(values["company"], values["id_number"])
    if there is not None:
        raise already_there(there)
    person.save(force_insert=True)
    bind(actor, person, origin)
    opened = open_account(actor, person) if wants_account else None
    sync_roles(person)
    found = attach_from_registry(person)
    history.note(actor, person, "created", history.differences(Person, {}, values))
    return Added(person, found, opened)


def bind(actor: Actor, person: Person, origin: str) -> Binding:
    """Bind a person whom the unit itself entered: no application, no waiting."""
    now = clock.now()
    return Binding.create(
        company=person.company_id,
        person=person.id,
        state="approved",
        origin=origin,
        applied_at=now,
        decided_at=now,
        decided_by=actor.name[:60],
    )


def find_file(company_id: int, id_number: str) -> Person | None:
    """The file that a unit has of the human with that ID number, bound or not."""
    from models.core.crypto import hash_id_number

    return Person.get_or_none(Person.company == company_id, Person.id_hash == hash_id_number(id_number))


def already_there(person: Person) -> Conflict:
    """The refusal for somebody who is in the files already: the way depends on the binding."""
    binding = Binding.get_or_none(Binding.person == person.id)
    state = binding.state if binding is not None else "approved"
    advice = {
        "approved": "请在列表中搜索姓名，直接修改他的资料",
        "waiting": "请在“绑定申请”里审核他的申请",
    }.get(state, "他已移出本单位，请在列表中找到他，点“重新绑定”")
    sentence = f"“{person.name}”已在本单位的人员名单中"
    return Conflict(
        "这个人已经在名单里",
        code="person_exists",
        cause=sentence,
        advice=advice,
        fields={"id_number": f"{sentence}。{advice}"},
        details={"id": str(person.id), "state": state},
    )


def company_of(actor: Actor, values: Values, right: str) -> int:
    """The company that new rows are for: the one chosen, or the one that the actor works for."""
    chosen = values.get("company") or actor.company_id
    if chosen is None or chosen not in actor.companies(right):
        raise Invalid(fields={"company": "请选择单位"})
    if not Company.select().where(Company.id == chosen, Company.kind == "company").exists():
        raise Invalid(fields={"company": "请选择一家公司（不能是集团、板块、厂站或部门）"})
    return int(chosen)


def check_place(company_id: int, values: Values) -> None:
    """Raise Invalid where `site` or `department` is none of that kind in the company."""
    for name, kind, title in (("site", "site", "厂站"), ("department", "department", "部门")):
        if values.get(name) is None:
            continue
        there = Company.select().where(Company.id == values[name], Company.kind == kind)
        if not there.where(Company.company_root == company_id).exists():
            raise Invalid(fields={name: f"请选择本单位的{title}"})


def check_role(actor: Actor, values: Values, person: Person | None) -> None:
    """Raise Invalid if the actor makes somebody an officer who may do more than the actor."""
    role = values.get("role", person.role if person else "operator")
    review = values.get("may_review", person.may_review if person else False)
    if role != "safety_officer":
        return
    if person is not None and (role, review) == (person.role, person.may_review):
        return
    code = builtin_roles.REVIEWING_OFFICER if review else builtin_roles.SAFETY_OFFICER
    if exceeding(unpack(builtin(code).grants), actor.rights):
        field_name = "may_review" if review else "role"
        raise Invalid(fields={field_name: "您自己没有这些权限，请让单位账号或公司管理员来设置"})


def edit_person(actor: Actor, person: Person, values: Values) -> Person:
    """Change a file; a change of role changes what the person's account may do."""
    actor.require(EDIT_PERSONS, person)
    values = dict(values)
    wants_account = bool(values.pop("open_account", False))
    if values.get("role", person.role) != "safety_officer":
        values["may_review"] = False
    check_place(person.company_id, values)
    check_role(actor, values, person)
    old = dict(person.__data__)
    if any(old.get(name) != value for name, value in values.items()):
        person.change(**values)
        _follow(person, old)
    if wants_account:
        open_account(actor, person)
    sync_roles(person)
    history.note(actor, person, "edited", history.differences(Person, old, values))
    return person


def _follow(person: Person, old: Values) -> None:
    """A corrected name or phone goes on to the account that was opened from this file."""
    account = Account.get_or_none(Account.id_hash == person.id_hash)
    if account is None or account.company_id != person.company_id:
        return
    for name in ("name", "phone"):
        if getattr(account, name) == old[name] and getattr(person, name) != old[name]:
            account.change(**{name: getattr(person, name)})


def delete_person(actor: Actor, person: Person) -> None:
    """Delete a file that was made by mistake, with binding and certificates.

    Raises Conflict `has_clock_ins` for somebody who has ever clocked in: they can only be taken out of the unit.
    """
    actor.require(DELETE_PERSONS, person)
    count = ClockIn.select().where(ClockIn.person_id == person.id).count()
    if count:
        raise Conflict(
            f"不能删除“{person.name}”",
            code="has_clock_ins",
            cause=f"他有 {count} 条上岗记录，记录要留存",
            advice="人已离开时，请用“移出单位”",
            details={"clock_ins": count},
        )
    certificates = Certificate.delete().where(Certificate.person == person.id).execute()
    Binding.delete().where(Binding.person == person.id).execute()
    line = {
        "field": "name",
        "title": "姓名",
        "old": f"{person.name}（证照 {certificates} 张一并删除）",
        "new": None,
    }
    history.note(actor, person, "deleted", [line])
    Person.delete().where(Person.id == person.id).execute()
    sync_roles(person)


__all__ = ["Added", "add_person", "delete_person", "edit_person", "join"]
