"""Personnel files (Q04, Q05): entering people, matching their certificates, giving them a sign-in."""

from __future__ import annotations

from dataclasses import dataclass, field

from models.administration.accounts import invitations
from models.administration.accounts.account_ties import release
from models.administration.accounts.accounts import open_account
from models.administration.accounts.authority import require_person_no_greater
from models.administration.accounts.invitations import Issued
from models.administration.accounts.membership import join, sync_roles
from models.administration.accounts.standing_changes import rights_changed, units_of
from models.administration.records import Account, AccountClaim, Assignment, Role
from models.administration.roles import builtin_roles
from models.administration.roles.grants import exceeding, unpack
from models.administration.roles.roles import builtin
from models.administration.roles.scope_places import is_narrow
from models.core import clock, history
from models.core.errors import Conflict, Forbidden, Invalid
from models.core.events.outbox import announce
from models.core.held import require_free
from models.core.security.actor import Actor
from models.core.security.rights import Scope
from models.organization.file_removal import FILE_DELETED
from models.organization.own_places import Values, check_place, company_of
from models.organization.records import (
    CREATE_PERSONS,
    DECIDE_BINDINGS,
    DELETE_PERSONS,
    EDIT_PERSONS,
    READ_PERSONS,
    REVEAL_IDS,
    Binding,
    Person,
)
from models.personnel.hooks import HELD
from models.personnel.phone_changes import follow_phone
from models.training.certificates.registry_matching import attach_from_registry
from models.training.records import Certificate


@dataclass(frozen=True)
class Added:
    """A person who was entered, with what was found and opened for them."""

    person: Person
    found: list[Certificate] = field(default_factory=list)
    account: Issued | None = None

    @property
    def verdict(self) -> str:
        """What the matching of certificates says (Q04)."""
        if self.found:
            return f"校验通过，匹配到 {len(self.found)} 个证书项目"
        return "没有匹配到资质证书，请手工录入"


def add_person(actor: Actor, values: Values, *, origin: str = "entered") -> Added:
    """Enter a person into a unit's files and bind them at once (Q04).

    `values` as the form has them, with `open_account` for 是否添加账号: an invitation, which takes 允许审核. Entered with it by
    who may not review, the file waits and the wish is kept. `first_password` is what was chosen (invitations.CODE or TAIL):
    a code is then drawn and stands in what is given; without a choice the setting decides. Certificates known to the registry are
    attached. Raises Invalid at the fields, Conflict `person_exists` for somebody who is in the files already.
    """
    actor.require(CREATE_PERSONS)
    values = dict(values)
    wants_account = bool(values.pop("open_account", False))
    kind = values.pop("first_password", None)
    values["company"] = company_of(actor, values, CREATE_PERSONS)
    check_review(values.get("role") or "operator", values)
    values["may_review"] = bool(values.get("may_review"))
    check_place(values["company"], values)
    check_role(actor, values, None)
    person = Person(**values)
    actor.require(CREATE_PERSONS, person)
    there = find_file(values["company"], values["id_number"])
    if there is not None:
        raise already_there(actor, there)
    person.save(force_insert=True)
    waits = wants_account and not actor.may(DECIDE_BINDINGS, person)
    bind(actor, person, origin, waits=waits)
    opened = open_account(actor, person, kind=kind, shown=kind is not None) if wants_account else None
    found = attach_from_registry(person)
    history.note(actor, person, "created", history.differences(Person, {}, values))
    return Added(person, found, opened)


def bind(actor: Actor, person: Person, origin: str, *, waits: bool = False) -> Binding:
    """Bind a person whom the unit itself entered; one who `waits` is to be approved by who may review."""
    now = clock.now()
    binding = Binding.create(
        company=person.company_id,
        person=person.id,
        state="waiting" if waits else "approved",
        origin=origin,
        applied_at=now,
        decided_at=None if waits else now,
        decided_by=None if waits else actor.name[:60],
    )
    if waits:
        announce("binding.applied", binding)
    return binding


def find_file(company_id: int, id_number: str) -> Person | None:
    """The file that a unit has of the human with that ID number, bound or not."""
    from models.core.security.crypto import hash_id_number

    return Person.get_or_none(Person.company == company_id, Person.id_hash == hash_id_number(id_number))


def already_there(actor: Actor, person: Person) -> Conflict:
    """The refusal for somebody who is in the files already: the way depends on the binding.

    Who they are, and in which state, is told to who may see their ID number whole and the file. To anybody else it is
    said only that the number is taken, which entering the person can't conceal.
    """
    if not (actor.may(REVEAL_IDS, person) and actor.may(READ_PERSONS, person)):
        told = "这个身份证号已在本单位的人员名单中"
        hint = "请先按姓名在列表中查找；对不上时，请能查看身份证号的同事核对"
        return Conflict(
            "这个人已经在名单里", code="person_exists", cause=told, advice=hint,
            fields={"id_number": f"{told}。{hint}"},
        )  # fmt: skip
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


def check_review(role: str, values: Values) -> None:
    """Raise Invalid at `may_review` where somebody who is no 安全管理员 would review (Q04): said, not dropped."""
    if role != "safety_officer" and values.get("may_review"):
        raise Invalid(
            fields={"may_review": "作业人员不能有“允许审核”，请先把人员类型改为安全管理员，或者这里选“否”"}
        )


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
    values.pop("first_password", None)  # chosen when somebody is entered; later there is a button for each
    role = values.get("role", person.role)
    check_review(role, values)
    if role != "safety_officer" and person.may_review:
        values["may_review"] = False  # who is an officer no more reviews no more, and the trail says so
    check_place(person.company_id, values)
    check_role(actor, values, person)
    old = dict(person.__data__)
    require_may_change(actor, person, values)
    _check_move(actor, person, values)
    if any(old.get(name) != value for name, value in values.items()):
        person.change(**values)
        _follow(actor, person, old)
        if (old.get("site"), old.get("department")) != (person.site_id, person.department_id):
            rights_changed([person.account_id])  # 本厂站 and 本部门 are others now
    if wants_account:
        open_account(actor, person)
    if (old.get("role"), old.get("may_review")) != (person.role, person.may_review):
        sync_roles(person)
    history.note(actor, person, "edited", history.differences(Person, old, values))
    return person


def require_may_change(actor: Actor, person: Person, values: Values) -> None:
    """Raise Forbidden for a change of rank or phone of somebody who may do more in the unit than the actor, or will as
    soon as they come: codes and news go to that phone. By form and by sheet."""
    if any(
        values.get(name, getattr(person, name)) != getattr(person, name)
        for name in ("role", "may_review", "phone")
    ):
        require_person_no_greater(actor, person, "修改资料")


def _check_move(actor: Actor, person: Person, values: Values) -> None:
    """Raise Forbidden if a change of place would carry rights of 本厂站 or 本部门 to where the actor's own do not reach.

    Those of an account reach where its file stands: nobody moves themselves, or a second account, into another site.
    """
    moved = {
        values[name]
        for name in ("site", "department")
        if values.get(name) not in (None, getattr(person, f"{name}_id"))
    }
    mine = actor.places_of(EDIT_PERSONS)
    if actor.rights[EDIT_PERSONS] >= Scope.COMPANY or moved.issubset({*mine.sites, *mine.departments}):
        return
    held = (
        Role.select(Role.grants)
        .join(Assignment, on=(Assignment.role == Role.id))
        .where(
            Assignment.account_id == (person.account_id or 0),
            Assignment.company_id.is_null() | (Assignment.company_id == person.company_id),
        )
    )
    if any(is_narrow(unpack(role.grants)) for role in held):
        raise Forbidden(
            f"您不能把“{person.name}”调到那里",
            code="place_not_yours",
            cause="他的权限跟着厂站或部门走，那里不归您管",
            advice="请联系公司管理员来调",
        )


def _follow(actor: Actor, person: Person, old: Values) -> None:
    """A corrected name or phone goes on to the account that was opened from this file."""
    follow_phone(actor, person, old["phone"])
    account = Account.get_or_none(Account.id == person.account_id)
    if account is None or units_of(account.id) != {person.company_id}:
        return  # what other companies know of its holder is not changed from here
    if account.name == old["name"] and person.name != old["name"]:
        account.change(name=person.name)


def delete_person(actor: Actor, person: Person) -> None:
    """Delete a file that was made by mistake, with binding and certificates.

    Raises Conflict `has_clock_ins` for somebody who has ever clocked in: they can only be taken out of the unit.
    """
    actor.require(DELETE_PERSONS, person)
    account = Account.get_or_none(Account.id == person.account_id)
    require_person_no_greater(actor, person, "删除资料")
    require_free(f"不能删除“{person.name}”", "他", HELD(person.id), advice="人已离开时，请用“移出单位”")
    certificates = Certificate.delete().where(Certificate.person == person.id).execute()
    Binding.delete().where(Binding.person == person.id).execute()
    line = {
        "field": "name",
        "title": "姓名",
        "old": f"{person.name}（证照 {certificates} 张一并删除）",
        "new": None,
    }
    history.note(actor, person, "deleted", [line])
    if account is not None:
        release(actor, person, account)
    FILE_DELETED(actor, person)
    invitations.withdraw(person)
    AccountClaim.delete().where(AccountClaim.person_id == person.id).execute()
    Person.delete().where(Person.id == person.id).execute()


__all__ = ["Added", "add_person", "delete_person", "edit_person", "join"]
