"""How chains, presets, wordings and the log of deliveries are listed and edited (X04, J08)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from models.core import clock
from models.core.fields import Lines, References
from models.core.ledger import Action, Column, Derived, Filter, FormProbe, Ledger, Rules, Section
from models.core.ledger.changes.default_rules import plain_delete
from models.core.ledger.library.declaration import Library
from models.core.security.actor import Actor
from models.messages.channels import set_up
from models.messages.channels.records import ChatGroup
from models.messages.delivery.deliveries import resend
from models.messages.escalation import samples, wordings
from models.messages.escalation.records import (
    DELETE_CHAINS,
    EDIT_CHAINS,
    READ_CHAINS,
    Chain,
    ChainStep,
    Preset,
    PresetGroup,
    PresetPerson,
    Wording,
)
from models.messages.records import READ_DELIVERIES, RESEND_DELIVERIES, Delivery, Message
from models.organization.records import Person

GROUP = "通知"
Loaded = dict[int, Any]
_RIGHTS = {"read": READ_CHAINS, "create": EDIT_CHAINS, "edit": EDIT_CHAINS, "delete": DELETE_CHAINS}


def _picked(link: Any, other: Any, column: str) -> Any:
    """Loads what a preset points at through `link`, as references."""

    def load(actor: Actor, records: Sequence[Preset]) -> Loaded:
        rows = (
            link.select(link.preset, other.id, other.name)
            .join(other)
            .where(link.preset.in_([row.id for row in records]))
            .order_by(other.name, other.id)
        )
        found: Loaded = {row.id: [] for row in records}
        for preset_id, id_, name in rows.tuples():
            found[preset_id].append({"id": str(id_), "label": name})
        return found

    return load


_PARTS = ("wait_minutes", "who", "way")


def _steps(actor: Actor, records: Sequence[Chain]) -> Loaded:
    """Each chain's steps in order."""
    rows = ChainStep.select().where(ChainStep.chain.in_([row.id for row in records]))
    told: Loaded = {row.id: [] for row in records}
    for step in rows.order_by(ChainStep.sequence):
        told[step.chain_id].append({part: getattr(step, part) for part in _PARTS})
    return told


def _titles(actor: Actor, records: Sequence[Delivery]) -> Loaded:
    rows = dict(
        Message.select(Message.id, Message.title)
        .where(Message.id.in_({row.message_id for row in records}))
        .tuples()
    )
    return {row.id: rows.get(row.message_id, "") for row in records}


def _receivers(actor: Actor, records: Sequence[Delivery]) -> Loaded:
    people = _names(Person, {row.person_id for row in records})
    groups = _names(ChatGroup, {row.group_id for row in records})
    return {row.id: people.get(row.person_id) or groups.get(row.group_id) or "" for row in records}


def _names(record: Any, ids: set[Any]) -> dict[int, str]:
    return dict(record.select(record.id, record.name).where(record.id.in_(ids - {None} or {0})).tuples())


def _label(row: Delivery) -> str:
    """卡片 11-25 13:08: by which way, and when."""
    return f"{Delivery.way.title_of(row.way)} {clock.local(row.created_at):%Y-%m-%d %H:%M}"


def _resend(actor: Actor, records: list[Any], values: dict[str, Any]) -> str:
    for record in records:
        resend(actor, record.id)
    return f"已重新安排 {len(records)} 条"


DELIVERIES = Ledger(
    name="deliveries",
    record=Delivery,
    title="发送记录",
    group=GROUP,
    system="X04",
    noun="发送记录",
    empty="还没有发送过。每一次通知，给谁、用什么方式、结果如何，都会记在这里。",
    columns=(
        Column("created_at", 170, fixed=True),
        Column("title", 260),
        Column("receiver", 140),
        Column("way", 110),
        Column("state", 130),
        Column("reason", 260),
        Column("sent_at", 170),
        Column("company", 180, shown=False),
    ),
    filters=(
        Filter("state", "choice"),
        Filter("way", "choice"),
        Filter("person", "reference"),
        Filter("created_at", "date_range"),
        Filter("company", "reference"),
    ),
    sort="-id",
    derived=(
        Derived("title", "消息", "text", load=_titles),
        Derived("receiver", "给谁", "text", load=_receivers),
    ),
    label=_label,
    tone=lambda row, values: {"failed": "bad", "suspected": "warn"}.get(row.state, "plain"),
    rights={"read": READ_DELIVERIES, "export": READ_DELIVERIES},
    actions=(
        Action(
            "resend", "重发", RESEND_DELIVERIES, _resend, where="bulk", gives="message",
            when={"state": ("failed", "suspected")},
        ),
    ),
    live=True,
)  # fmt: skip

PRESETS = Ledger(
    name="presets",
    record=Preset,
    many=False,
    title="通知预案",
    group=GROUP,
    system="G02",
    noun="预案",
    measure="个",
    empty="还没有预案。建一个“事故，不分等级”的预案，出事时不用再想通知谁；重大隐患也可以建一个，告诉集团的群。",
    columns=(
        Column("name", 180, fixed=True),
        Column("level", 160),
        Column("ways", 220),
        Column("persons", 260),
        Column("groups", 180),
        Column("everyone", 120),
        Column("chain", 160),
        Column("company", 180),
    ),
    filters=(Filter("level", "choice"), Filter("company", "reference")),
    form=(
        Section("预案", ("company", "name", "level", "ways", "chain")),
        Section("通知谁", ("persons", "groups", "everyone")),
    ),
    search=("name",),
    derived=(
        Derived(
            "persons", "人员", "references", load=_picked(PresetPerson, Person, "person"), to="persons",
            field=References("人员", "persons", most=2000),
        ),
        Derived(
            "groups", "群", "references", load=_picked(PresetGroup, ChatGroup, "group"), to="chat-groups",
            field=References("群", "chat-groups", most=50),
        ),
    ),
    rights=_RIGHTS,
    rules=Rules(set_up.create_preset, set_up.edit_preset, set_up.delete_preset),
    library=Library(
        "通知预案样例", samples.standard_presets, same=("level",), offers=False, make=samples.make_preset,
        made_as="，人员按网格责任人和角色带出，请逐个核对",
    ),
)  # fmt: skip

CHAINS = Ledger(
    name="chains",
    record=Chain,
    many=False,
    title="升级链",
    group=GROUP,
    system="X04",
    noun="升级链",
    measure="条",
    empty="还没有升级链。建一条，说好没有人回应时多久以后找谁、用什么方式。",
    columns=(
        Column("name", 180, fixed=True),
        Column("steps", 420),
        Column("stop_when", 180),
        Column("reopen_minutes", 160),
        Column("enabled", 80),
        Column("company", 180),
    ),
    form=(
        Section("升级链", ("company", "name")),
        Section("没有人回应时", ("steps", "stop_when", "reopen_minutes", "enabled")),
    ),
    search=("name",),
    derived=(
        Derived(
            "steps", "步骤", "lines", load=_steps, required=True,
            field=Lines("步骤", {part: ChainStep._meta.fields[part] for part in _PARTS}, line="步"),
            help="从上到下一步一步来；本人确认以后就不再往下走",
        ),
    ),
    rights=_RIGHTS,
    rules=Rules(set_up.create_chain, set_up.edit_chain, set_up.delete_chain),
    library=Library("升级链样例", samples.standard_chains, offers=False),
)  # fmt: skip

WORDINGS = Ledger(
    name="wordings",
    record=Wording,
    many=False,
    title="消息用语",
    group=GROUP,
    system="J08",
    noun="用语",
    measure="条",
    empty="没有自己的用语，用系统的。要改哪一种消息的说法，就在这里加一条。",
    columns=(
        Column("kind", 180, fixed=True),
        Column("title", 220),
        Column("body", 320),
        Column("company", 180),
    ),
    form=(Section("用语", ("company", "kind", "title", "body")),),
    filters=(Filter("kind", "choice"),),
    search=("title",),
    label=lambda row: Wording.kind.title_of(row.kind),
    probes=(FormProbe("preview", "预览", "body", EDIT_CHAINS, wordings.preview),),
    rights=_RIGHTS,
    rules=Rules(set_up.create_wording, set_up.edit_wording, plain_delete(Wording)),
)
