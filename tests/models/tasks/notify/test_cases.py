"""Who is told of what: once, only what is still so, cards that follow, companies kept apart (H02–H06, K01)."""

from __future__ import annotations

from typing import Any

from models.administration.records import Assignment
from models.administration.roles.roles import builtin
from models.core.db.connection import in_transaction
from models.core.events.outbox import Outbox
from models.messages.channels.records import CARD
from models.messages.delivery.deliveries import outdate, update_due
from models.messages.inbox import mine
from models.messages.records import NORMAL, Message, Notice, Sending
from models.tasks.engine import case_actions
from models.tasks.notify.cases import news_of
from models.tasks.notify.subscriptions import follow, followers, unfollow
from models.tasks.records import Case, CaseStep
from tests.models.tasks.relay import pass_all_on, pass_on, told
from tests.models.tasks.units import Unit, approve


def sent(message: Message, version: int = 1) -> Sending:
    """As if the message's card had gone out."""
    return Sending.create(
        message_id=message.id, way=CARD, task_id=f"t{Sending.select().count()}", card_version=version
    )


def newest(kind: str) -> Message:
    return Message.select().where(Message.kind == kind).order_by(Message.id.desc()).get()


def test_the_card_says_what_is_asked_and_until_when(unit: Unit) -> None:
    unit.flow(approve("a", unit.id("白"), title="确认", hours=10))
    unit.start(unit.thing(name="电缆裸露", code="YH-1"))
    pass_all_on()
    assert told("step.opened") == [("【待确认】电缆裸露 · 今天 18:00前", ["白"])]
    message = newest("step.opened")
    step = CaseStep.get()
    assert (message.subject_kind, message.subject_id, message.subject_version) == ("step", step.id, 1)
    assert (message.urgency, message.needs_answer) == (NORMAL, False)
    assert message.text.startswith("YH-1 ")
    assert message.link.startswith("/pages/tasks/task?id=")


def test_a_step_that_has_ended_meanwhile_is_told_to_nobody(unit: Unit) -> None:
    unit.flow(approve("a", unit.id("白")))
    case = unit.start(unit.thing())
    unit.does("白", case)
    pass_all_on()
    assert told("step.opened") == []


def test_cards_follow_a_step_that_somebody_has_done(unit: Unit) -> None:
    unit.flow(approve("a", unit.id("白"), unit.id("陈")))
    case = unit.start(unit.thing())
    pass_all_on()
    card = sent(newest("step.opened"))
    assert update_due() == []
    unit.does("陈", case)
    pass_all_on()
    (due,) = update_due()
    step = CaseStep.get(CaseStep.case == case.id)
    assert (due.id, due.wanted_version) == (card.id, step.version)
    assert Message.select().where(Message.subject_kind == "step").count() == 1, "changed, not told again"


def test_a_withdrawn_case_makes_all_its_cards_follow(unit: Unit) -> None:
    unit.flow(approve("a", unit.id("白")))
    case = unit.start(unit.thing())
    pass_all_on()
    card = sent(newest("step.opened"))
    in_transaction(case_actions.withdraw, unit.actor("安"), case.id)
    pass_all_on()
    assert [row.id for row in update_due()] == [card.id]
    assert told("case.ended") == [], "who withdrew it knows"


def test_a_wanted_version_never_falls_and_ends_with_the_card(unit: Unit) -> None:
    from models.messages.delivery.deliveries import shows

    unit.flow(approve("a", unit.id("白")))
    unit.start(unit.thing())
    pass_all_on()
    card = sent(newest("step.opened"))
    step = CaseStep.get()
    assert outdate("step", step.id, 3) == 1
    assert outdate("step", step.id, 2) == 0
    shows(card.id, 2)
    assert [row.wanted_version for row in update_due()] == [3], "a newer one is wanted still"
    shows(card.id, 3)
    assert update_due() == [] and Sending.get_by_id(card.id).wanted_version == 0
    shows(card.id, 3, now_at=4)  # composed a while ago: the thing has moved on since
    assert [row.id for row in update_due()] == [card.id]


def test_the_starter_and_the_followers_hear_how_it_ended(unit: Unit) -> None:
    unit.flow(approve("a", unit.id("白")), approve("b", unit.id("陈")))
    thing = unit.thing(name="补丁")
    case = unit.start(thing)
    officer = unit.actor("管")
    assert (
        in_transaction(follow, officer, "thing", thing.id).id
        == in_transaction(follow, officer, "thing", thing.id).id
    )
    assert followers("thing", thing.id) == [unit.id("管")]
    unit.does("白", case)
    pass_all_on()
    assert ("【进展】补丁", ["管"]) in told("case.moved")
    unit.does("陈", case)
    pass_all_on()
    assert told("case.ended") == [("【已完成】补丁", ["安", "管"])]
    assert (
        Notice.get(Notice.person == unit.id("安"), Notice.message == newest("case.ended")).why == "reporter"
    )
    assert in_transaction(unfollow, officer, "thing", thing.id)
    assert followers("thing", thing.id) == []


def test_an_urging_a_handing_on_and_a_mention_reach_whom_they_concern(unit: Unit) -> None:
    unit.flow(approve("a", unit.id("白"), title="确认"))
    case = unit.start(unit.thing(name="补丁"))
    pass_all_on()
    in_transaction(case_actions.urge, unit.actor("安"), case.id)
    in_transaction(case_actions.comment, unit.actor("安"), case.id, "请看<b>图</b>", [unit.id("陈")])
    pass_all_on()
    assert told("step.urged") == [("【催办 · 待确认】补丁", ["白"])]
    assert told("case.commented") == [("【提到您】补丁", ["陈"])]
    assert newest("step.urged").subject_kind == "nudge", "it rings, and the step keeps its one card"
    in_transaction(case_actions.hand_on, unit.actor("白"), unit.task("白", case).id, unit.id("丁"), "您懂")
    pass_all_on()
    assert told("task.handed") == [("【待确认】补丁", ["丁"])]
    assert "白转交给您：您懂" in newest("task.handed").text


def test_copies_reach_who_looks_after_the_group_and_nobody_else_abroad(unit: Unit) -> None:
    """集团安全监管 has a file in another company; a worker of that company who is named is not told."""
    Assignment.create(
        account_id=unit.accounts["外"].id, role=builtin("group_safety"), company_id=unit.group.id
    )
    unit.join("路人", unit.other)
    copies = [{"by": "role", "code": "group_safety"}, {"by": "person", "id": unit.id("路人")}]
    unit.flow(approve("a", unit.id("白"), copies=copies))
    case = unit.start(unit.thing(name="大事"))
    unit.does("白", case)
    pass_all_on()
    assert told("case.copied") == [("【步骤a】大事", ["外"])]


def test_steps_are_never_given_to_another_company(unit: Unit) -> None:
    Assignment.create(
        account_id=unit.accounts["外"].id, role=builtin("group_safety"), company_id=unit.group.id
    )
    unit.flow({"key": "a", "title": "办", "kind": "approve", "who": [{"by": "role", "code": "group_safety"}]})
    case = unit.start(unit.thing())
    assert unit.asked(case) == {}


def test_twice_tells_once_and_a_lease_that_ran_out_does_nothing_twice(unit: Unit) -> None:
    unit.flow(approve("a", unit.id("白")))
    unit.start(unit.thing())
    from models.core.events import outbox

    rows = in_transaction(outbox.take)
    opened = next(row for row in rows if row.kind == "step.opened")
    assert pass_on(opened) is not None
    assert pass_on(opened) is None, "somebody else was done with it"
    assert len(told("step.opened")) == 1


def test_who_left_is_not_told(unit: Unit) -> None:
    unit.flow(approve("a", unit.id("白"), unit.id("陈")))
    unit.start(unit.thing())
    unit.leave("白")
    pass_all_on()
    assert [names for _, names in told("step.opened")] == [["陈"]]


def test_news_of_what_is_gone_is_told_to_nobody(unit: Unit) -> None:
    for kind in ("step.opened", "case.moved", "case.ended", "step.urged", "step.stranded", "proxy.set"):
        Outbox.create(kind=kind, company_id=unit.company.id, subject_id=999_999, payload={"persons": [1]})
    pass_all_on()
    assert Message.select().count() == 0 and Case.select().count() == 0


def test_titles_keep_their_deadline_whatever_the_length(clock: Any) -> None:
    from models.core.clock import now
    from models.tasks.wording import asked

    clock.set(2026, 12, 31, 23)
    title = asked("待整改", "1号泵房", "长" * 300, now())
    assert (
        len(title) == 160 and title.endswith("… · 今天 23:00前") and title.startswith("【待整改】1号泵房 长")
    )
    clock.forward(hours=2)
    assert asked("待整改", "泵房", "泵房漏水", now()) == "【待整改】泵房漏水 · 今天 01:00前"


def listed(unit: Unit, name: str) -> list[tuple[str, bool]]:
    """Somebody's messages: what they say, and whether they are read."""
    return [(item["title"], item["read_at"] is not None) for item in mine.page(unit.actor(name))["items"]]


def test_a_case_is_one_row_in_my_messages_the_newest(unit: Unit) -> None:
    unit.flow(approve("a", unit.id("白"), title="确认"), approve("b", unit.id("白"), title="复核"))
    case = unit.start(unit.thing(name="电缆裸露"))
    other = unit.start(unit.thing(name="护栏松动"))
    pass_all_on()
    assert [title for title, _ in listed(unit, "白")] == ["【待确认】护栏松动", "【待确认】电缆裸露"]
    unit.does("白", case)
    pass_all_on()
    assert listed(unit, "白") == [("【待复核】电缆裸露", False), ("【待确认】护栏松动", False)]
    assert mine.unread_count(unit.actor("白")) == 2, "what gave way is not counted"
    assert Notice.select().where(Notice.replaced_at.is_null(False)).count() == 1, (
        "it is kept, though not listed"
    )
    unit.does("白", other)
    unit.does("白", other)
    pass_all_on()
    assert [title for title, read in listed(unit, "白") if not read] == ["【待复核】电缆裸露"]


def test_what_asked_for_work_is_read_when_that_is_done(unit: Unit) -> None:
    everybody = approve("a", unit.id("白"), unit.id("陈"), title="会签", rule="all")
    unit.flow(everybody)
    case = unit.start(unit.thing(name="方案"))
    pass_all_on()
    unit.does("白", case)
    pass_all_on()
    assert listed(unit, "白") == [("【待会签】方案", True)]
    assert listed(unit, "陈") == [("【待会签】方案", False)], "theirs is still to be done"
    unit.does("陈", case)
    pass_all_on()
    assert all(read for title, read in listed(unit, "陈") if title.startswith("【待会签】"))


def test_of_two_who_were_asked_one_did_it_and_both_have_read(unit: Unit) -> None:
    unit.flow(approve("a", unit.id("白"), unit.id("陈"), title="确认"))
    case = unit.start(unit.thing(name="电缆裸露"))
    pass_all_on()
    unit.does("陈", case)
    pass_all_on()
    assert mine.unread_count(unit.actor("白")) == mine.unread_count(unit.actor("陈")) == 0


def test_a_message_that_waits_for_an_answer_gives_way_to_none(unit: Unit) -> None:
    unit.flow(approve("a", unit.id("白"), title="确认"))
    case = unit.start(unit.thing(name="电缆裸露"))
    pass_all_on()
    Message.update(needs_answer=True).where(Message.kind == "step.opened").execute()
    in_transaction(case_actions.urge, unit.actor("安"), case.id)
    pass_all_on()
    assert len(listed(unit, "白")) == 2


def test_how_a_case_stands_in_words(unit: Unit) -> None:
    unit.flow(approve("a", unit.id("白"), title="确认"), approve("b", unit.id("陈"), title="批准"))
    case = unit.start(unit.thing())
    assert news_of(unit.case(case)) == "现在到：确认"
    assert news_of(unit.case(case), "已经修好") == "已经修好"
    unit.does("白", case)
    assert news_of(unit.case(case)) == "现在到：批准"
    unit.does("陈", case)
    assert news_of(unit.case(case)) == unit.case(case).outcome != ""
