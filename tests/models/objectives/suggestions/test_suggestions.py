"""Suggestions go up level by level, are adopted, carried out or refused, earn points, and may be without a name (A10)."""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image

from models.core.db.connection import in_transaction
from models.core.errors import AnbanError, Conflict, Forbidden, Invalid, TooMany
from models.core.events.outbox import Outbox
from models.core.files import attachments
from models.core.ledger import ledger_named
from models.core.ledger.changes.actions import act
from models.core.ledger.changes.editing import create, edit
from models.core.ledger.reading.listing import list_rows
from models.core.ledger.reading.query import ListQuery
from models.core.views.statistic import AskedStatistic, statistic
from models.messages.records import Message
from models.objectives.points import points
from models.objectives.records import Point, PointRule
from models.objectives.suggestions.ledgers import _said
from models.objectives.suggestions.records import AdoptedSuggestion, Suggestion
from models.objectives.suggestions.views import SUGGESTION_STATISTIC
from models.objectives.suggestions.workflow import title_of
from models.tasks.engine.case_actions import comment
from models.tasks.engine.withdraw import withdraw
from models.tasks.records import Case, CaseEvent
from models.tasks.subjects import served_kind
from models.tasks.views.case import case_view
from models.tasks.views.task import task_view
from tests.models.hazards.grid_company import Land
from tests.models.tasks.relay import pass_all_on, told
from tests.support.prepared_rows import lay_standards

SUGGESTIONS, ADOPTED = ledger_named("suggestions"), ledger_named("adopted-suggestions")
assert SUGGESTIONS is not None
assert ADOPTED is not None


class Floor(Land):
    """工 works at the first site, which 站 answers for; 审 may adopt for the company, 集 for the group, 成 is a member."""

    def __init__(self) -> None:
        super().__init__()
        self.join("审", self.company, "reviewing_officer")
        self.join("集", self.group, "group_safety")
        self.join("成", self.company, "unit_member")
        for level, many in (("site", 2), ("company", 5), ("group", 20)):
            PointRule.create(company=self.company, what=f"suggestion.{level}", points=many)

    def suggest(self, who: str = "工", **values: Any) -> Suggestion:
        """Somebody makes a suggestion on the phone, committed."""
        row = in_transaction(create, self.actor(who), SUGGESTIONS, {"what": "叉车加蓝光灯", **values})
        found: Suggestion = Suggestion.get_by_id(int(row["id"]))
        return found

    def case_of(self, row: Any, kind: str = "suggestion") -> Case:
        return super().case_of(row, kind)

    def adopt(self, who: str, row: Suggestion, **values: Any) -> Suggestion:
        wanted = {
            "reply": "好主意",
            "carrier": str(self.id("电")),
            "due_at": "2027-01-31T18:00:00+08:00",
            **values,
        }
        self.does(who, self.case_of(row), "adopt", values=wanted)
        pass_all_on()
        return self.again(row)

    def again(self, row: Suggestion) -> Suggestion:
        found: Suggestion = Suggestion.get_by_id(row.id)
        return found

    def rows(self, who: str, ledger: str = "suggestions") -> list[dict[str, Any]]:
        declared = ledger_named(ledger)
        assert declared is not None
        found: list[dict[str, Any]] = list_rows(self.actor(who, "console"), declared, ListQuery())["items"]
        return found

    def points(self, who: str) -> int:
        return int(points.mine(self.actor(who))["total"])


@pytest.fixture
def floor(database: Any, clock: Any) -> Floor:
    clock.set(2026, 11, 30, 9, 0)
    lay_standards()
    return Floor()


def test_up_level_by_level_until_it_is_adopted_and_carried_out(floor: Floor) -> None:
    row = floor.suggest()
    assert (row.state, row.level, floor.asked(floor.case_of(row))) == ("asked", "site", {"站": "decide"})
    assert "厂站审核：站" in str(floor.rows("工")[0]["values"]["stands"])
    floor.does("站", floor.case_of(row), "raise", comment="超出本站权限")
    pass_all_on()
    assert (floor.again(row).level, floor.asked(floor.case_of(row))) == ("company", {"审": "decide"})
    floor.does("审", floor.case_of(row), "raise", comment="集团统一改")
    assert (floor.again(row).level, floor.asked(floor.case_of(row))) == ("group", {"集": "decide"})
    row = floor.adopt("集", row, extra_points=3)
    assert (row.state, row.level, row.decided_by.name, row.carrier.name) == ("adopted", "group", "集", "电")
    assert floor.points("工") == 23
    assert [names for _, names in told("suggestion.raised")] == [["工"], ["工"]]
    assert told("suggestion.adopted") == [("【建议被采纳】集团 叉车加蓝光灯", ["工"])]
    public = floor.rows("友", "adopted-suggestions")[0]["values"]
    assert (public["who"], public["level"], public["carrier"]["label"]) == ("工", "group", "电")
    floor.does("电", floor.case_of(row), "done", values={"result": "12 台都装了"})
    pass_all_on()
    assert floor.again(row).state == "done"
    assert AdoptedSuggestion.get().result == "12 台都装了"
    assert told("case.ended")[-1][1] == ["工"]
    assert floor.points("工") == 23, "once"


@pytest.mark.parametrize(
    ("points", "extra", "said"), [(5, None, "加 5 分"), (5, 3, "加 8 分"), (0, 3, "加 3 分"), (0, None, None)]
)
def test_who_suggested_it_reads_who_does_it_until_when_and_for_how_many_points(
    floor: Floor, points: int, extra: int | None, said: str | None
) -> None:
    PointRule.update(points=points).where(PointRule.what == "suggestion.site").execute()
    floor.adopt("站", floor.suggest(), **({} if extra is None else {"extra_points": extra}))
    lines = str(Message.get(Message.kind == "suggestion.adopted").text).split("\n")
    assert lines == ["好主意", "电落实，2027-01-31前", *([said] if said else [])]


def test_the_highest_has_nobody_above_and_refuses_with_words(floor: Floor) -> None:
    row = floor.suggest()
    for who in ("站", "审"):
        floor.does(who, floor.case_of(row), "raise", comment="请上级定")
    with pytest.raises(Conflict):
        floor.does("集", floor.case_of(row), "raise", comment="还要上报")
    with pytest.raises(Invalid):
        floor.does("集", floor.case_of(row), "refuse")
    floor.does("集", floor.case_of(row), "refuse", values={"reply": "已在采购计划里"})
    pass_all_on()
    assert (floor.again(row).state, floor.again(row).level) == ("refused", "group")
    assert AdoptedSuggestion.select().count() == 0 and floor.points("工") == 0
    assert told("case.ended")[-1][1] == ["工"]


def test_nobody_decides_their_own_nor_adds_more_than_is_allowed(floor: Floor) -> None:
    row = floor.suggest("审")
    assert floor.asked(floor.case_of(row)) == {"集": "decide"}, (
        "no site, and the company's only adopter made it"
    )
    with pytest.raises(Invalid) as refused:
        floor.adopt("集", row, extra_points=11)
    assert "extra_points" in refused.value.fields
    with pytest.raises(Invalid):
        floor.adopt("集", row, due_at=None)
    assert floor.again(row).state == "asked"


def test_an_adoption_that_is_undone_costs_the_points_and_the_publicity(floor: Floor) -> None:
    row = floor.adopt("站", floor.suggest())
    assert floor.points("工") == 2
    in_transaction(
        act, floor.actor("审", "console"), SUGGESTIONS, "revoke", [row.id], {"reason": "和别人重复"}
    )
    pass_all_on()
    assert floor.again(row).state == "revoked" and floor.points("工") == 0
    assert AdoptedSuggestion.select().count() == 0
    assert floor.case(floor.case_of(row)).state == "withdrawn"
    assert told("suggestion.revoked")[0][1] == ["工"] and told("points.taken")[0][1] == ["工"]
    with pytest.raises(AnbanError):
        in_transaction(act, floor.actor("成", "console"), SUGGESTIONS, "revoke", [row.id], {"reason": "再来"})


def test_who_wants_no_name_is_known_to_deciders_alone(floor: Floor) -> None:
    """Colleagues who may look at all approvals see no name: not in the list, the case, its events, nor in public."""
    row = floor.suggest(hidden=True)
    case = floor.case_of(row)
    seen = str(case_view(floor.actor("成", "console"), case.id))
    assert case.title == "叉车加蓝光灯" and "工" not in seen.replace("工艺", "")
    mine = task_view(floor.actor("站"), floor.task("站", case).id)
    assert ["建议人", "工（不公开姓名）"] in [list(fact) for fact in mine["about"]["facts"]]
    assert floor.rows("成") == [] and [one["values"]["person"]["label"] for one in floor.rows("审")] == ["工"]
    assert len(floor.rows("工")) == 1
    floor.adopt("站", row)
    assert floor.rows("友", "adopted-suggestions")[0]["values"]["who"] is None
    floor.does("电", case, "done", values={"result": "装好了"})
    pass_all_on()
    assert told("suggestion.done") == [("【建议已落实】 叉车加蓝光灯", ["工"])]


def _photo(colour: str) -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(target, "JPEG")
    return target.getvalue()


def test_photos_are_public_with_it_and_say_nothing_of_who_wants_no_name(floor: Floor) -> None:
    """What colleagues see of it: before and after; of who wants no name neither account nor file name; gone if it is undone."""
    for hidden in (False, True):
        row = floor.suggest(hidden=hidden)
        in_transaction(attachments.add, floor.actor("工"), SUGGESTIONS, row.id, "工的手机.jpg", _photo("red"))
        in_transaction(
            attachments.add, floor.actor("工"), SUGGESTIONS, row.id, "方案.pdf", b"%PDF-1.4\n%%EOF\n"
        )
        row = floor.adopt("站", row)
        in_transaction(attachments.add, floor.actor("工"), SUGGESTIONS, row.id, "装好.jpg", _photo("blue"))
        floor.does("电", floor.case_of(row), "done", values={"result": "装好了"})
        public = floor.rows("友", "adopted-suggestions")[0]
        assert len(public["values"]["pictures"]) == 2
        seen = in_transaction(attachments.list_of, floor.actor("友"), ADOPTED, int(public["id"]))
        said = [(one["name"], one["by"] and one["by"]["name"]) for one in seen]
        named = [("工的手机.jpg", "工"), ("装好.jpg", "工")]
        assert said == ([("照片1.jpg", None), ("照片2.jpg", None)] if hidden else named)
        with pytest.raises(AnbanError):
            in_transaction(
                attachments.add,
                floor.actor("审", "console"),
                ADOPTED,
                int(public["id"]),
                "a.jpg",
                _photo("red"),
            )
        in_transaction(
            act, floor.actor("审", "console"), SUGGESTIONS, "revoke", [row.id], {"reason": "装不了"}
        )
        assert floor.rows("友", "adopted-suggestions") == []
        left = attachments.Attachment.select().where(attachments.Attachment.ledger == "adopted-suggestions")
        assert left.count() == 0
        own = in_transaction(attachments.list_of, floor.actor("工"), SUGGESTIONS, row.id)
        assert [one["name"] for one in own] == ["工的手机.jpg", "方案.pdf", "装好.jpg"], "their own stay"
        name, _, content = in_transaction(
            attachments.read, floor.actor("工"), SUGGESTIONS, row.id, int(own[0]["id"])
        )
        assert name and content


def test_nobody_floods_those_who_decide(floor: Floor) -> None:
    for number in range(20):
        floor.suggest(what=f"第{number}条")
    with pytest.raises(TooMany, match="1 小时内已提了 20 条建议"):
        floor.suggest()
    assert Suggestion.select().count() == Case.select().count() == 20
    floor.suggest("电")


def test_their_points_do_not_say_what_for(floor: Floor) -> None:
    """In the list of points their name stands beside it: no number leads from there to the suggestion, nor back."""
    row = floor.adopt("站", floor.suggest(hidden=True))
    in_transaction(act, floor.actor("审", "console"), SUGGESTIONS, "revoke", [row.id], {"reason": "装不了"})
    pass_all_on()
    said = [(one.points, one.why) for one in Point.select().order_by(Point.id)]
    assert said == [(2, "建议被采纳（厂站）"), (-2, "采纳已撤销")]


def test_what_they_do_afterwards_names_nobody_either(floor: Floor) -> None:
    """Neither what they write beside it nor that they take it back, by the ledger or by its case."""
    first, second = floor.suggest(hidden=True), floor.suggest(hidden=True, what="休息区装饮水机")
    cases, who = [floor.case_of(first), floor.case_of(second)], floor.actor("工")
    in_transaction(comment, who, cases[0].id, "照片后补")
    in_transaction(act, who, SUGGESTIONS, "withdraw", [first.id], {})
    in_transaction(withdraw, who, cases[1].id)
    for case in cases:
        events = list(CaseEvent.select().where(CaseEvent.case_id == case.id).order_by(CaseEvent.id))
        assert events[-1].act == "withdrawn"
        theirs = {(one.name, one.person_id) for one in events if one.account_id == who.account_id}
        assert theirs == {("不公开姓名", None)}
    news = Outbox.select().where(Outbox.kind.startswith("case."))
    assert {row.payload["by"] for row in news} == {"不公开姓名"}


def test_who_carries_their_own_out_is_named_for_that_alone(floor: Floor) -> None:
    """Without their name beside their own task one would know whose suggestion it is."""
    row = floor.suggest(hidden=True)
    case, who = floor.case_of(row), floor.actor("工")
    floor.adopt("站", row, carrier=str(floor.id("工")))
    in_transaction(comment, who, case.id, "周五装")
    floor.does("工", case, "done", values={"result": "装好了"})
    events = CaseEvent.select().where(CaseEvent.case_id == case.id, CaseEvent.account_id == who.account_id)
    named = {one.act: one.name for one in events}
    assert (named["started"], named["commented"], named["decided"]) == ("不公开姓名", "不公开姓名", "工")


def test_only_ones_own_is_changed_and_taken_back_while_nobody_has_decided(floor: Floor) -> None:
    row = floor.suggest()
    in_transaction(edit, floor.actor("工"), SUGGESTIONS, row.id, row.version, {"what": "叉车加蓝光灯和雷达"})
    with pytest.raises(AnbanError):
        in_transaction(edit, floor.actor("审"), SUGGESTIONS, row.id, row.version + 1, {"what": "别的"})
    in_transaction(act, floor.actor("工"), SUGGESTIONS, "withdraw", [row.id], {})
    assert floor.again(row).state == "withdrawn" and floor.case(floor.case_of(row)).state == "withdrawn"
    with pytest.raises(Forbidden):
        in_transaction(create, floor.administrator(), SUGGESTIONS, {"what": "没有档案的人"})


def test_how_many_are_adopted_by_level(floor: Floor) -> None:
    floor.adopt("站", floor.suggest())
    floor.does("站", floor.case_of(floor.suggest("工", what="另一条")), "refuse", values={"reply": "已有"})
    floor.suggest("友")
    found = statistic(floor.actor("审", "console"), SUGGESTION_STATISTIC, AskedStatistic())
    numbers = {group.label: list(group.numbers) for group in found.groups}
    assert numbers == {"厂站": [2, 1, 2, 0, 50.0], "公司": [1, 0, 0, 0, None]}


def test_the_list_says_where_a_suggestion_stands(floor: Floor) -> None:
    def stands() -> str:
        return str(floor.rows("工")[0]["values"]["stands"])

    row = floor.suggest()
    assert stands() == "厂站审核：站"
    floor.does("站", floor.case_of(row), "raise", comment="超出本站权限")
    for name in ("审二", "审三"):
        floor.join(name, floor.company, "reviewing_officer")
    assert stands() == "公司审核：审"
    floor.adopt("审", row)
    assert stands() == "公司采纳，电落实，2027-01-31前"
    Suggestion.update(due_at=None).execute()
    assert stands() == "公司采纳，电落实"
    for state, said in (
        ("done", "已落实（公司）"),
        ("revoked", "采纳已撤销（公司）"),
        ("withdrawn", "已撤回"),
    ):
        Suggestion.update(state=state).execute()
        assert stands() == said


@pytest.mark.parametrize(
    ("many", "said"), [(2, "站、审二"), (3, "站、审二、审三"), (4, "站、审二、审三 等 4 人")]
)
def test_of_many_who_may_decide_three_are_named(floor: Floor, many: int, said: str) -> None:
    people = ["站", *(f"审{number}" for number in "二三四")][:many]
    row = floor.suggest()
    assert _said(row, people) == f"厂站审核：{said}"
    assert "还没有人可以审核" in _said(row, [])


def test_a_suggestion_is_at_its_makers_site_or_else_at_the_company(floor: Floor) -> None:
    rows = [floor.suggest("工"), floor.suggest("友")]
    shown = served_kind("suggestion").shown(rows)
    assert [one.place for one in shown] == ["一厂", floor.company.name]


@pytest.mark.parametrize(("length", "cut"), [(40, False), (41, False), (42, True)])
def test_a_suggestion_is_called_by_its_first_words(length: int, cut: bool) -> None:
    title = title_of(Suggestion(what="灯" * length))
    assert title == ("灯" * 40 + "…" if cut else "灯" * length)
