"""What may be set up for telling people, and what not: chains, presets, contacts, a unit's own words (X04, J08)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from models.administration.accounts.authority import require_person_no_greater
from models.administration.sign_in.step_up import require_recent_proof
from models.core.db.bulk import select_in
from models.core.errors import Conflict, Forbidden, Invalid, Malformed
from models.core.ledger import Rules
from models.core.ledger.changes.default_rules import plain_create, plain_delete, plain_edit
from models.core.ledger.reading.references import load_rows
from models.core.security.actor import Actor
from models.core.security.rights import Scope
from models.messages.channels import allowed_addresses
from models.messages.channels.records import (
    SET_UP_WAYS,
    ChatGroup,
    Contact,
    MailServer,
    SmsProvider,
    Way,
    WecomApp,
)
from models.messages.escalation import wordings
from models.messages.escalation.records import (
    HAZARD,
    Chain,
    ChainStep,
    Preset,
    PresetGroup,
    PresetPerson,
    Wording,
)
from models.organization.records import DECIDE_BINDINGS, Person

Values = dict[str, Any]
_LINE = {"deputy": "代理人", "superior": "上级"}


def set_up(record: type[Way]) -> Rules:
    """How a way is made, changed and deleted: by whoever may set ways up, at addresses that we may call (I5).

    Raises Invalid for another address, Forbidden for the whole group's way to who reaches one unit only, and
    `proof_required`.
    """
    create, edit, delete = plain_create(record), plain_edit(record), plain_delete(record)

    def made(actor: Actor, values: Values) -> Any:
        check_owner(actor, values.get("company"))
        _check_place(record(**values))
        return create(actor, values)

    def changed(actor: Actor, row: Any, values: Values) -> Any:
        check_owner(actor, row.__data__["company"])
        if {"base_url", "host", "port", "app"} & set(values):
            _check_place(record(**{**row.__data__, **values}))
        return edit(actor, row, values)

    def deleted(actor: Actor, row: Any) -> None:
        check_owner(actor, row.__data__["company"])
        delete(actor, row)

    return Rules(made, changed, deleted)


def check_owner(actor: Actor, company_id: Any) -> None:
    """What serves the whole group is set up by who reaches the whole group; all of it by who proved themselves just now."""
    require_recent_proof(actor)
    if company_id is None and actor.rights.get(SET_UP_WAYS) != Scope.GROUP:
        raise Forbidden(
            "您不能设置全集团共用的通知渠道",
            code="groups_way",
            cause="没有填“所属单位”，就是全集团共用",
            advice="请填上所属单位，或请系统管理员来设置",
        )


def _check_place(row: Any) -> None:
    if isinstance(row, WecomApp):
        allowed_addresses.check(allowed_addresses.WECOM, row.base_url or "", field="base_url")
    elif isinstance(row, SmsProvider):
        allowed_addresses.check(allowed_addresses.SMS, row.base_url or "", field="base_url")
    elif isinstance(row, MailServer):
        allowed_addresses.check(
            allowed_addresses.MAIL, f"{row.host}:{row.port}", field="host", shown=row.host or ""
        )


def create_contact(actor: Actor, values: Values) -> Contact:
    """Keep how a person is reached. Raises Invalid for a person who stands in for themselves or is of elsewhere."""
    _check_contact(values.get("company"), values.get("person"), values)
    _check_email(actor, values.get("person"), None, values.get("email"))
    _check_line(actor, values.get("person"), {}, values)
    made: Contact = plain_create(Contact)(actor, values)
    return made


def edit_contact(actor: Actor, record: Contact, values: Values) -> Contact:
    """Change it, by the same rules."""
    _check_contact(record.company_id, record.person_id, values)
    _check_email(actor, record.person_id, record.email, values.get("email", record.email))
    _check_line(actor, record.person_id, record.__data__, values)
    made: Contact = plain_edit(Contact)(actor, record, values)
    return made


def _check_contact(company_id: Any, person_id: Any, values: Values) -> None:
    wrong: dict[str, str] = {}
    for name, title in _LINE.items():
        other = values.get(name)
        if other is not None and other == person_id:
            wrong[name] = f"{title}不能是本人"
    person = Person.get_or_none(Person.id == person_id)
    if person is not None and company_id is not None and person.company_id != company_id:
        wrong["person"] = "这个人不是所选单位的"
    if wrong:
        raise Invalid(fields=wrong)


def _check_email(actor: Actor, person_id: Any, before: str | None, email: str | None) -> None:
    """Raise Forbidden for another address of somebody greater: what was done to them is told there (I4)."""
    person = Person.get_or_none(Person.id == person_id)
    if person is not None and (email or None) != (before or None):
        require_person_no_greater(actor, person, "修改邮箱")


def _check_line(actor: Actor, person_id: Any, before: Values, values: Values) -> None:
    """Raise Invalid at `deputy` or `superior` for a change that is not the actor's to make (I4).

    A superior gets what somebody can't approve themselves, and a leaver's tasks; so who is above whom is decided by who
    may review, not for somebody greater, and nobody puts themselves there. A deputy of one's own one names oneself.
    """
    person = Person.get_or_none(Person.id == person_id)
    wrong = {} if person is None else _wrong_line(actor, person, before, values)
    if wrong:
        raise Invalid(fields=wrong)


def check_sheet(actor: Actor, rows: list[Values]) -> Mapping[int, Mapping[str, Malformed]]:
    """The same for the rows of a sheet, each at its cell; an empty cell changes nothing."""
    people = load_rows(Person, {row["person"] for row in rows if row.get("person") is not None})
    told = select_in(
        "SELECT person_id, deputy_id, superior_id FROM contact WHERE person_id IN ({keys})", people
    )
    there = {person: {"deputy": deputy, "superior": superior} for person, deputy, superior in told}
    faults: dict[int, dict[str, Malformed]] = {}
    for place, row in enumerate(rows):
        person = people.get(row.get("person") or 0)
        given = {name: row[name] for name in _LINE if row.get(name) is not None}
        if person is None or not given:
            continue
        wrong = _wrong_line(actor, person, there.get(person.id, {}), given)
        if wrong:
            faults[place] = {name: Malformed("line_not_yours", why) for name, why in wrong.items()}
    return faults


def _wrong_line(actor: Actor, person: Person, before: Values, values: Values) -> dict[str, str]:
    """What is wrong with a change of somebody's deputy or superior, by field."""
    changed = [name for name in _LINE if name in values and values[name] != before.get(name)]
    own = person.id in actor.person_ids
    wrong: dict[str, str] = {}
    for name in changed:
        title = _LINE[name]
        if own and name == "deputy":
            continue
        if own:
            wrong[name] = "自己的上级要由别人来设：请可审核的同事或公司管理员来改"
        elif not actor.may(DECIDE_BINDINGS, person):
            wrong[name] = (
                f"{title}可以替本人办事，要由可审核的人来设：请找有“允许审核”的安全管理员或公司管理员"
            )
        elif values[name] in actor.person_ids:
            wrong[name] = f"不能把自己设为别人的{title}，请让本人或别的管理员来设"
    if changed and not wrong and not own:
        try:
            require_person_no_greater(actor, person, "设上级和代理人")
        except Forbidden as greater:
            wrong[changed[0]] = f"{greater.title}：{greater.cause}，{greater.advice}"
    return wrong


def delete_contact(actor: Actor, record: Contact) -> None:
    """Forget it. Raises Forbidden where that takes the address of somebody greater away, Invalid as `edit_contact`."""
    _check_email(actor, record.person_id, record.email, None)
    _check_line(actor, record.person_id, record.__data__, dict.fromkeys(_LINE))
    plain_delete(Contact)(actor, record)


def create_chain(actor: Actor, values: Values) -> Chain:
    """Make a chain with its steps in order. Raises Invalid for one without any."""
    steps = _steps(values)
    made: Chain = plain_create(Chain)(actor, values)
    _keep_steps(made, steps or [])
    return made


def edit_chain(actor: Actor, record: Chain, values: Values) -> Chain:
    """Change it; steps are replaced as a whole where they were sent. What runs already goes on as it began."""
    steps = _steps(values)
    made = record.change(**values)
    if steps is not None:
        _keep_steps(made, steps)
    return made


def _steps(values: Values) -> list[Values] | None:
    steps: list[Values] | None = values.pop("steps", None)
    if steps is not None and not steps:
        raise Invalid(fields={"steps": "请至少加一步：等多久以后，找谁，用什么方式"})
    return steps


def _keep_steps(chain: Chain, steps: list[Values]) -> None:
    ChainStep.delete().where(ChainStep.chain == chain.id).execute()
    for place, step in enumerate(steps, 1):
        ChainStep.create(chain=chain.id, company=chain.company_id, sequence=place, **step)


def delete_chain(actor: Actor, record: Chain) -> None:
    """Delete a chain with its steps. Raises Conflict with the names while a preset uses it."""
    users = [row.name for row in Preset.select(Preset.name).where(Preset.chain == record.id)]
    if users:
        raise Conflict(
            f"“{record.name}”正在使用，不能删除",
            code="chain_in_use",
            cause="这些预案用着它：" + "、".join(users[:5]),
            advice="请先在预案里换一条升级链，或者把它停用",
        )
    ChainStep.delete().where(ChainStep.chain == record.id).execute()
    plain_delete(Chain)(actor, record)


def create_preset(actor: Actor, values: Values) -> Preset:
    """Make a preset with its people and groups, who must be of its company (of the group's: of any)."""
    persons, groups = _parts(values)
    _check_preset(values.get("company"), persons, groups, values.get("everyone"))
    _check_chain(values.get("level"), values.get("chain"))
    made: Preset = plain_create(Preset)(actor, values)
    _keep(made.id, persons, groups)
    return made


def edit_preset(actor: Actor, record: Preset, values: Values) -> Preset:
    """Change it; people and groups are replaced as a whole where they were sent."""
    persons, groups = _parts(values)
    _check_preset(record.company_id, persons, groups, True)
    _check_chain(values.get("level", record.level), values.get("chain", record.chain_id))
    made = record.change(**values)  # also where people alone were sent: two editors must notice each other
    _keep(record.id, persons, groups)
    return made


def delete_preset(actor: Actor, record: Preset) -> None:
    """Delete a preset; what was told by it stays."""
    _keep(record.id, [], [])
    plain_delete(Preset)(actor, record)


def _parts(values: Values) -> tuple[list[int] | None, list[int] | None]:
    return values.pop("persons", None), values.pop("groups", None)


def _check_preset(
    company_id: int | None, persons: list[int] | None, groups: list[int] | None, everyone: Any
) -> None:
    wrong: dict[str, str] = {}
    if persons is not None:
        rows = Person.select(Person.company).where(Person.id.in_(persons or [0]))
        strangers = [row for row in rows if company_id is not None and row.company_id != company_id]
        if strangers or len(rows) != len(persons):
            wrong["persons"] = f"有 {len(persons) - len(rows) + len(strangers)} 个人不是这个单位的，请去掉"
    if groups is not None:
        own = ChatGroup.select().where(ChatGroup.id.in_(groups or [0]))
        if any(row.company_id not in (None, company_id) for row in own) or len(own) != len(groups):
            wrong["groups"] = "有的群不是这个单位的，请去掉"
    if not persons and not groups and not everyone:
        wrong["persons"] = "请选择通知谁：人员、群，或者“本单位全体人员”"
    if wrong:
        raise Invalid(fields=wrong)


def _check_chain(level: str | None, chain: Any) -> None:
    if chain is not None and (level or "").startswith(HAZARD):
        raise Invalid(fields={"chain": "隐患的通知不用回应，不会升级；催办在“流程”里设置"})


def _keep(preset_id: int, persons: Iterable[int] | None, groups: Iterable[int] | None) -> None:
    if persons is not None:
        PresetPerson.delete().where(PresetPerson.preset == preset_id).execute()
        for person_id in persons:
            PresetPerson.create(preset=preset_id, person=person_id)
    if groups is not None:
        PresetGroup.delete().where(PresetGroup.preset == preset_id).execute()
        for group_id in groups:
            PresetGroup.create(preset=preset_id, group=group_id)


def create_wording(actor: Actor, values: Values) -> Wording:
    """Keep a unit's words. Raises Invalid where a `{…}` stands for nothing."""
    wordings.check(values)
    made: Wording = plain_create(Wording)(actor, values)
    return made


def edit_wording(actor: Actor, record: Wording, values: Values) -> Wording:
    """Change them, by the same rule."""
    wordings.check(values)
    made: Wording = plain_edit(Wording)(actor, record, values)
    return made
