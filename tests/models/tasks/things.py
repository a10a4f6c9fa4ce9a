"""A kind that only the tests serve: a small thing with states, people, numbers and choices of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from peewee import CharField

from models.core import history
from models.core.fields import Choice, Day, Described, Flag, Integer, Lines, Link, LongText, Pick, Text
from models.core.records import Record, Transition, Transitions
from models.core.security.actor import Actor
from models.grid.records import GridNode
from models.objectives.records import READ_PLANS
from models.organization.records import Company, Person
from models.tasks.rights import ACT_TASKS
from models.tasks.subjects import Context, Effect, Served

READ_THINGS = READ_PLANS  # which officers have, and workers have not
NEW, MIDDLE, GOOD, BAD = "new", "middle", "good", "bad"
calls: list[tuple[str, str, int | None]] = []  # effect, outcome, doer
photos: list[tuple[int, str]] = []


class Thing(Record):
    """What a case is about."""

    self_field = "maker"

    company = Link("单位", Company, required=True)
    site = Link("厂站", Company)
    name = Text("名称", max=60, required=True)
    maker = Link("登记人", Person)
    helper = Link("协办人", Person)
    grid = Link("网格", GridNode)
    amount = Integer("数量", max=1000)
    level = Pick("等级", [Choice("low", "低"), Choice("high", "高")])
    urgent = Flag("急")
    on = Day("日期")
    note = LongText("说明", max=200)
    state = Pick(
        "状态",
        [Choice(NEW, "新"), Choice(MIDDLE, "办理中"), Choice(GOOD, "好"), Choice(BAD, "不好")],
        required=True,
        default=NEW,
    )
    code = CharField(max_length=10, null=True)

    transitions = Transitions(
        "state",
        [
            Transition("work", "办理", (NEW, MIDDLE), MIDDLE, ACT_TASKS),
            Transition("rest", "放回", (MIDDLE,), NEW, ACT_TASKS),
            Transition("praise", "认可", (NEW, MIDDLE), GOOD, ACT_TASKS),
            Transition("blame", "否定", (NEW, MIDDLE), BAD, ACT_TASKS),
            Transition("reset", "撤回", (NEW, MIDDLE), NEW, ACT_TASKS),
        ],
    )

    class Meta:
        table_name = "test_thing"


# Nobody else in this process is to meet the table: what hangs on a company or a person is looked up by these.
for _model in (Company, Person, GridNode):
    for _field in [field for field, model in _model._meta.backrefs.items() if model is Thing]:
        del _model._meta.backrefs[_field]


FOUND = Lines(
    "发现",
    {"what": Text("问题", max=20, required=True), "on": Day("日期"), "count": Integer("几处")},
    most=3,
    line="条",
)


def _inputs(record: Any) -> Mapping[str, Described]:
    fields: dict[str, Any] = Thing._meta.fields
    names = ("level", "amount", "note", "helper", "on", "urgent")
    return {**{name: fields[name] for name in names}, "wish": Text("愿望", max=20), "found": FOUND}


def _count(actor: Actor, record: Any, values: dict[str, Any], context: Context) -> None:
    calls.append(("count", context.outcome, context.doer_id))


def _withdrawn(actor: Actor, record: Any, values: dict[str, Any], context: Context) -> None:
    record.move("reset", actor)
    history.note(actor, record, "reset")


def _take(actor: Actor, record: Any, ids: Any, stage: str) -> None:
    photos.extend((number, stage) for number in ids)


THINGS = Served(
        kind="thing", title="试验事项", record=Thing, read=READ_THINGS, inputs=_inputs,
        photo_inputs={"pictures": "after"}, take_photos=_take, title_of=lambda record: record.name,
        number_of=lambda record: record.code or "", effects={"count": Effect("数一数", _count)},
        grid_of=lambda record: record.__data__.get("grid"), on_withdrawn=_withdrawn,
)  # fmt: skip
