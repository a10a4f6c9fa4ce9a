"""A step's card in the sandbox: what it asks, what a press does, and what every copy shows in the end (H05, E07, L01)."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest

from bots.delivery import sender
from models.core import clock as house_clock
from models.core.db.connection import in_transaction
from models.core.errors import Conflict
from models.core.text.regulation_names import short_basis
from models.hazards.records import Hazard, MajorCriterion, basis_of
from models.hazards.report.snapshot import snap
from models.messages.channels.records import ChatMember
from models.messages.records import Inbound, Sending
from models.organization.records import Binding
from models.tasks.engine import reassignment
from models.tasks.engine.case_actions import withdraw
from models.tasks.engine.decide import decide
from models.tasks.people.proxies import set_proxy
from models.tasks.records import Task
from tests.bots.flow.playing import FORM, PARTS, Play, links, live, signed_by, text, title
from tests.bots.flow.wired import Wired, last


@pytest.fixture
def play(wired: Wired) -> Play:
    return Play(wired)


def test_the_card_says_what_is_asked_where_and_until_when(play: Play) -> None:
    hazard = play.snap()
    card = play.card("班")
    assert title(card).startswith("【待确认】配电室")
    assert title(card) == "【待确认】配电室 电缆裸露", "until when has a line of its own"
    assert "期限：明天 08:00前" in card["content"]["sub_title_text"].split("\n")
    content = card["content"]
    assert content["card_type"] == "button_interaction"
    assert content["main_title"]["desc"].startswith(str(hazard.number)), "found by a search in the chat"
    assert content["quote_area"]["url"], "the photo is a tap away"
    assert live(card) == ["是隐患"]
    task = play.task("班", hazard)
    assert links(card) == {
        "不是隐患": f"{FORM}?id={task.id}&outcome=no",
        "其他办法": f"{FORM}?id={task.id}",
    }, "the usual answer and the one against it; 是危险源, 上报上级, 重复上报 are behind the link"
    choice = content["button_selection"]
    assert (choice["question_key"], choice["selected_id"]) == ("level", "general")
    assert [each["text"] for each in choice["option_list"]] == ["一般隐患", "重大隐患"]


def test_what_the_title_has_no_room_for_stands_whole_below_it(play: Play) -> None:
    play.snap(what="三号起重机的电缆被压破皮，两处铜芯外露，没有挂牌")
    card = play.card("班")
    assert title(card).startswith("【待确认】配电室 三号起重机的电缆被") and "…" in title(card)
    assert "配电室 三号起重机的电缆被压破皮，两处铜芯外露，没有挂牌" in card["content"]["sub_title_text"]


def test_a_press_decides_and_the_card_shows_who_did_what_and_whose_turn_it_is(play: Play) -> None:
    hazard = play.snap()
    card = play.press("班", "是隐患")
    assert Hazard.get_by_id(hazard.id).level == "general", "as it was preselected"
    assert "您 今天 08:00 选了“是隐患”" in text(card)
    assert "安排整改（等站办）" in text(card)
    assert live(card) == []
    task = Task.get(Task.person == play.people["班"].id)
    assert (task.way, task.door, task.outcome) == ("card", "chat", "hazard")
    decided = Inbound.get(Inbound.kind == "card_click")
    assert (decided.state, decided.result) == ("handled", "decided:hazard")


def test_what_was_chosen_on_the_card_counts_and_a_major_one_leads_to_its_criterion(play: Play) -> None:
    hazard = play.snap()
    card = play.press("班", "是隐患", {"level": ["major"]})
    assert Hazard.get_by_id(hazard.id).state == "reported", "no major hazard without a criterion"
    assert "请选择重大隐患判定标准" in text(card)
    task = play.task("班", hazard)
    assert links(card)["去选好再办"] == f"{FORM}?id={task.id}&outcome=hazard&level=major"
    assert live(card) == ["是隐患"], "for who chose it by mistake"
    assert card["content"]["button_selection"]["selected_id"] == "general", "what counts if nothing is said"
    play.press("班", "是隐患", {"level": ["general"]}, card)
    assert Hazard.get_by_id(hazard.id).level == "general"
    again = play.snap()
    play.judge_major("班", again)
    plan = play.card("总")
    assert title(plan).startswith("【待安排整改】"), "a major one goes to the company"
    criterion = MajorCriterion.get_by_id(Hazard.get_by_id(again.id).criterion_id)
    assert short_basis(basis_of(criterion)) in text(plan), "regulation and article, in a line"
    told = {row["keyname"]: row["value"] for row in plan["content"]["horizontal_content_list"]}
    assert told["判定依据"] == short_basis(basis_of(criterion))


def test_a_card_that_only_leads_to_forms_shows_its_end_too(play: Play) -> None:
    hazard = play.snap()
    play.press("班", "是隐患")
    card = play.card("站")
    assert live(card) == []
    assert set(links(card)) == {"安排整改", "退回确认", "其他办法"}
    play.plan(hazard)
    done = play.again("站", card)
    assert "您 今天 08:00 选了“安排整改”" in text(done)
    assert "整改（等电办）" in text(done)
    assert links(done) == {}, "nothing is offered any more"


def test_nobody_is_above_who_could_be_asked(play: Play) -> None:
    hazard = play.snap()
    play.judge_major("班", hazard)
    assert "上报上级" not in links(play.card("总")), "a button that could only be refused"
    assert Hazard.get_by_id(hazard.id).state == "planning"


def test_the_second_copy_is_told_who_did_it(play: Play) -> None:
    """Two have the card: the holder, and who stands in."""
    play.promote("总", "safety_officer")
    day = house_clock.today()
    values = {"person": play.people["班"].id, "proxy": play.people["外"].id, "starts_on": day, "ends_on": day}
    in_transaction(set_proxy, play.actor("总", "console"), values)
    play.snap()
    card = play.card("外")
    assert "外代班办" in text(card)
    old = play.wired.press_xml(play.card("班"), "是隐患", PARTS["班"])
    done = play.press("外", "是隐患")
    assert "外（代班） 今天 08:00 选了“是隐患”" in text(done)
    other = play.card("班")
    assert "外（代班） 今天 08:00 选了“是隐患”" in text(other)
    assert live(other) == []
    heard = play.wired.post(old)
    assert "外（代班）" in heard.reply, "a press that was under way is told"
    assert (last().state, last().result) == ("refused", "done_already")
    assert Task.get(Task.person == play.people["班"].id).done_by_id == play.people["外"].id


def test_a_stranger_who_was_passed_the_card_learns_nothing(play: Play) -> None:
    play.snap()
    heard = play.wired.post(play.wired.press_xml(play.card("班"), "是隐患", PARTS["外"]))
    assert "没有通知过您" in heard.reply
    assert "电缆" not in heard.reply
    assert last().result == "not_told"
    assert Task.get(Task.person == play.people["班"].id).state == "open"


def test_a_leaver_presses(play: Play) -> None:
    play.snap()
    Binding.update(state="ended").where(Binding.person == play.people["班"].id).execute()
    heard = play.wired.post(play.wired.press_xml(play.card("班"), "是隐患", PARTS["班"]))
    assert "您已不在这个单位" in heard.reply
    assert "电缆" not in heard.reply
    assert Task.get(Task.person == play.people["班"].id).state == "open"


def test_a_card_of_a_step_that_came_back_does_not_decide_the_new_visit(play: Play) -> None:
    hazard = play.snap()
    old = play.wired.press_xml(play.card("班"), "是隐患", PARTS["班"])
    play.press("班", "是隐患")
    play.does("站", hazard, "again", comment="看不清")
    assert title(play.card("班")).startswith("【待确认】")
    heard = play.wired.post(old)
    assert "选了“是隐患”" in heard.reply
    assert play.step(hazard).key == "judge", "the new visit has a card of its own"
    assert Task.select().where(Task.person == play.people["班"].id, Task.state == "open").count() == 1


def test_a_handed_task_says_who_gave_it_and_the_old_card_where_it_went(play: Play) -> None:
    hazard = play.snap()
    card = play.card("班")
    task = play.task("班", hazard)
    in_transaction(reassignment.hand_on, play.actor("班"), task.id, play.people["外"].id, "我在外地")
    play.wired.work()
    assert "班转交给您：我在外地" in text(play.card("外"))
    old = play.again("班", card)
    assert "已转给外" in text(old)
    assert live(old) == []
    heard = play.wired.post(play.wired.press_xml(card, "是隐患", PARTS["班"]))
    assert "已转给外" in heard.reply
    assert last().result in ("moved_on", "not_yours")
    play.press("外", "是隐患")
    assert Hazard.get_by_id(hazard.id).state == "planning"


def test_who_handed_it_on_before_the_card_went_out_is_shown_no_button(play: Play) -> None:
    """The news goes out a moment after what it tells: nobody is sent a button that is not theirs any more."""
    given = {"what": "电缆裸露", "grid": str(play.nodes["配电室"].id)}
    hazard, _ = in_transaction(snap, play.actor("工"), given, key=None)
    play.wired.relay()  # told, and not sent yet
    task = play.task("班", hazard)
    in_transaction(reassignment.hand_on, play.actor("班"), task.id, play.people["外"].id, "我在外地")
    sender.work(200)
    assert "已转给外" in text(play.card("班")) and live(play.card("班")) == []
    play.wired.work()
    assert live(play.card("外")) == ["是隐患"]


def test_a_case_that_was_withdrawn_says_so_on_the_card(play: Play) -> None:
    hazard = play.snap()
    card = play.card("班")
    in_transaction(withdraw, play.actor("工"), play.case(hazard).id, "看错了")
    play.wired.work()
    assert "已撤回" in text(play.again("班", card))
    assert live(play.again("班", card)) == []
    heard = play.wired.post(play.wired.press_xml(card, "是隐患", PARTS["班"]))
    assert "已撤回" in heard.reply


def test_what_is_missing_is_said_on_the_card_which_stays_as_it_is(play: Play) -> None:
    hazard = play.snap()
    card = play.card("班")
    key = next(each["key"] for each in card["content"]["button_list"] if each["text"] == "是隐患")
    from bots import clicks

    forged = clicks.pack("step", clicks.unpack(key).id, 1, "no")  # one that needs words, as of an old card
    heard = play.wired.post(play.wired.press_xml(card, "", PARTS["班"], key=forged))
    assert "没有办成" in heard.reply
    assert "是隐患" in heard.reply, "it still offers what can be done"
    assert (last().state, last().result) == ("refused", "invalid")
    assert Hazard.get_by_id(hazard.id).state == "reported"


@pytest.mark.parametrize("repeat", range(3))
def test_card_phone_and_console_at_the_same_moment_have_one_winner(play: Play, repeat: int) -> None:
    """The holder on the phone and at the desk, the stand-in by card, and the holder's own card: one result."""
    play.promote("总", "safety_officer")
    day = house_clock.today()
    values = {"person": play.people["班"].id, "proxy": play.people["外"].id, "starts_on": day, "ends_on": day}
    in_transaction(set_proxy, play.actor("总", "console"), values)
    play.wired.work()  # told before the hazard is: what is sent in one go may arrive in any order
    hazard = play.snap()
    task = play.task("班", hazard)
    cards = {name: play.card(name) for name in ("班", "外")}
    start = threading.Barrier(4)
    said: dict[str, Any] = {}

    actors = {"phone": play.actor("班", "phone"), "console": play.actor("外", "console")}

    def door(name: str, outcome: str, **more: Any) -> None:
        actor = actors[name]
        start.wait(20)
        try:
            said[name] = in_transaction(decide, actor, task.id, outcome, **more)
        except Conflict as error:
            said[name] = error

    def card(name: str, verb: str) -> None:
        start.wait(20)
        said[name] = play.phone(name).press(cards[name], verb)

    jobs = [
        threading.Thread(target=door, args=("phone", "no"), kwargs={"values": {"reason": "是备用的"}}),
        threading.Thread(target=door, args=("console", "up"), kwargs={"comment": "拿不准"}),
        threading.Thread(target=card, args=("班", "是隐患")),
        threading.Thread(target=card, args=("外", "是隐患")),
    ]
    for each in jobs:
        each.start()
    for each in jobs:
        each.join(60)
    assert len(said) == 4
    play.wired.work()
    done = Task.get_by_id(task.id)
    assert done.state == "done"
    who = "班" if done.done_by_id == play.people["班"].id else "外"
    for name in ("班", "外"):
        shown = play.again(name, cards[name])
        assert live(shown) == []
        assert f"选了“{done.outcome_title}”" in text(shown), "every copy shows the one result"
        assert any(each in text(shown) for each in ((who, "您") if name == who else (who,)))
    refused = [each for each in said.values() if isinstance(each, Conflict)]
    assert all(each.code == "done_already" and who in each.cause for each in refused)
    state = {"hazard": "planning", "source": "planning", "no": "rejected", "up": "reported"}[done.outcome]
    assert Hazard.get_by_id(hazard.id).state == state


def test_many_presses_in_one_batch_are_all_decided(play: Play) -> None:
    hazards = [play.snap(what=f"第{number}处裸露") for number in range(6)]
    cards = play.phone("班").cards()
    assert len(cards) == 6
    start = threading.Barrier(6)

    def one(number: int) -> None:
        start.wait(20)
        play.wired.post(play.wired.press_xml(cards[number], "是隐患", PARTS["班"], code=f"c{number}"))

    threads = [threading.Thread(target=one, args=(number,)) for number in range(6)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(60)
    assert {Hazard.get_by_id(each.id).state for each in hazards} == {"planning"}
    assert {row.state for row in Inbound.select().where(Inbound.kind == "card_click")} == {"handled"}


def test_the_same_press_delivered_twice_is_one(play: Play) -> None:
    play.snap()
    plain = play.wired.press_xml(play.card("班"), "是隐患", PARTS["班"])
    first, second = play.wired.post(plain), play.wired.post(plain)
    assert "选了“是隐患”" in first.reply
    assert "选了“是隐患”" in second.reply
    assert Inbound.select().where(Inbound.kind == "card_click").count() == 1


def test_the_one_permission_of_a_sending_is_kept_for_the_end(play: Play) -> None:
    """Signers come in, the deadline stays: the holders' card is not touched before it is over."""
    hazard = play.snap()
    card = play.card("班")
    task = play.task("班", hazard)
    in_transaction(reassignment.hand_on, play.actor("班"), task.id, play.people["外"].id, "请看")
    play.wired.work()
    assert len(play.wired.sandbox.wire("update_template_card")) == 1, "the old holder's, who had it alone"
    play.press("外", "是隐患")
    assert "已转给外" in text(play.again("班", card)) or "选了“是隐患”" in text(play.again("班", card))
    assert Sending.select().where(Sending.wanted_version > Sending.card_version).count() == 0


def test_a_member_unknown_to_the_unit(play: Play) -> None:
    play.snap()
    card = play.card("班")
    ChatMember.delete().where(ChatMember.user_id == PARTS["外"]).execute()
    heard = play.wired.post(play.wired.press_xml(card, "是隐患", PARTS["外"]))
    assert "还不认识您" in heard.reply
    assert house_clock.now() - Inbound.select().order_by(Inbound.id.desc()).get().received_at < timedelta(
        minutes=1
    )


# -- several who decide


def test_where_all_decide_each_sees_their_own_part_and_everybody_the_end(play: Play) -> None:
    signed_by(play, "all", "班", "站", "电")
    hazard = play.snap()
    cards = {name: play.card(name) for name in ("班", "站", "电")}
    assert live(cards["班"]) == ["同意"]
    assert links(cards["班"])["不同意"] == f"{FORM}?step={play.step(hazard).id}&outcome=refuse", (
        "for each their own"
    )
    mine = play.press("班", "同意")
    assert "您 今天 08:00 选了“同意”" in text(mine)
    assert "会签（等站、电办）" in text(mine)
    play.does("站", hazard, "agree")
    assert live(play.again("电", cards["电"])) == ["同意"], "who still has to decide can"
    heard = play.wired.post(play.wired.press_xml(cards["站"], "同意", PARTS["站"], code="late"))
    assert "您 今天 08:00 选了“同意”" in heard.reply
    assert last().result == "repeated:agree v1→v3"
    done = play.press("电", "同意")
    assert "电 今天 08:00 选了“同意”" in text(done) or "您 今天 08:00 选了“同意”" in text(done)
    for name in ("班", "站", "电"):
        assert live(play.again(name, cards[name])) == []
        assert "流程已完成" in text(play.again(name, cards[name]))


def test_one_after_the_other_the_first_sees_whose_turn_it_is(play: Play) -> None:
    signed_by(play, "order", "班", "站")
    hazard = play.snap()
    first = play.card("班")
    assert play.phone("站").cards() == [], "it is not their turn"
    play.does("班", hazard, "agree")
    shown = play.again("班", first)
    assert "您 今天 08:00 选了“同意”" in text(shown)
    assert "会签（等站办）" in text(shown)
    assert live(shown) == []
    heard = play.wired.post(play.wired.press_xml(first, "同意", PARTS["站"]))
    assert "流程已完成" in heard.reply, "whose turn it is may press any copy"
    play.wired.work()
    assert "流程已完成" in text(play.card("站"))


def test_a_link_for_several_leads_each_to_their_own_task(play: Play) -> None:
    from bots.cards.steps import own_path, step_path

    signed_by(play, "all", "班", "站")
    hazard = play.snap()
    path = f"{step_path(play.step(hazard).id)}&outcome=refuse"
    for name in ("班", "站"):
        wanted = f"{FORM}?id={play.task(name, hazard).id}&outcome=refuse"
        assert in_transaction(own_path, path, play.people[name].id) == wanted
    case = f"/pages/tasks/case?id={play.case(hazard).id}"
    assert in_transaction(own_path, path, play.people["外"].id) == case
    for other in ("/pages/home/index", f"{FORM}?id=5", f"{FORM}?step=x", "/pages/home/index?step=1"):
        assert in_transaction(own_path, other, play.people["班"].id) == other
