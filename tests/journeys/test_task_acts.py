"""On the phone, beside deciding: signers, handing on, urging, taking back, more time; and deciding without a signal (H05, X01, X06)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.journeys.handset import Handset
from tests.journeys.phone_door import PhoneDoor, photo
from tests.support.page_checks import Watch
from tests.support.started_program import Server

WORKER, RECTIFIER = "19900000011", "19900000015"
OFFICER = "19900000001"  # owns the canteen, and may look after hazards
CHIEF, HEAD = "19900000016", "19900000004"  # answer for the site, and for the company
PICTURE = {"name": "after.jpg", "mimeType": "image/jpeg"}


@pytest.fixture
def officer(live_server: Server) -> PhoneDoor:
    return PhoneDoor(live_server, OFFICER)


@pytest.fixture
def worker(live_server: Server) -> PhoneDoor:
    return PhoneDoor(live_server, WORKER)


@pytest.fixture
def phone_of(open_phone: Callable[..., Page]) -> Callable[[str], Handset]:
    """A function that opens somebody's phone, signed in."""
    return lambda login: Handset(open_phone()).sign_in(login).home()


def open_task(handset: Handset, door: PhoneDoor, hazard: str, step: str) -> None:
    """Somebody's open task of a hazard."""
    handset.page.goto(f"/m/#/pages/tasks/task?id={door.task(hazard)}")
    expect(handset.at("task-title")).to_contain_text(step)


def say(handset: Handset, testid: str, words: str) -> None:
    handset.at(testid).locator("textarea").fill(words)


def find(handset: Handset, name: str) -> None:
    """Choose somebody by name."""
    handset.at("person-find").locator("input").fill(name)
    handset.at("person").filter(has_text=name).click()
    expect(handset.at("person-chosen").filter(has_text=name)).to_be_visible()


def test_signers_before_and_after_and_each_sees_whose_turn_it_is(
    live_server: Server, phone_of: Callable[[str], Handset], officer: PhoneDoor, worker: PhoneDoor
) -> None:
    hazard = worker.snap("食堂排风机罩松了", officer.place("食堂"))
    phone = phone_of(OFFICER)
    open_task(phone, officer, hazard, "确认")
    phone.at("act-signers").click()
    phone.at("act-send").click()
    expect(phone.at("act-sheet")).to_contain_text("还差：选人")
    find(phone, "顾行远")
    say(phone, "act-words", "请先看看要不要停机")
    phone.sees("signers-before")
    phone.at("act-send").click()
    expect(phone.at("task-waits")).to_contain_text("顾行远")
    expect(phone.at("task-waits")).to_be_in_viewport()
    phone.sees("signers-waiting")

    head = phone_of(HEAD)
    open_task(head, PhoneDoor(live_server, HEAD), hazard, "确认·加签")
    head.at("outcome-disagree").click()
    say(head, "outcome-comment", "先停机再修")
    head.sees("signers-opinion")
    head.at("outcome-send").click()
    expect(head.at("task-done")).to_contain_text("不同意")

    phone.page.reload()
    expect(phone.at("outcome-hazard")).to_be_visible()
    phone.at("act-signers").click()
    phone.at("signers-after").click()
    find(phone, "吴双江")
    phone.at("act-send").click()
    phone.at("outcome-hazard").click()
    phone.at("choice-general").click()
    phone.at("outcome-send").click()
    expect(phone.at("task-done")).to_contain_text("是隐患")
    steps = phone.at("flow-steps")
    expect(steps).to_contain_text("吴双江")
    phone.sees("signers-after-done")
    chief = phone_of(CHIEF)
    open_task(chief, PhoneDoor(live_server, CHIEF), hazard, "确认·加签")
    chief.at("outcome-agree").click()
    chief.at("outcome-send").click()
    expect(chief.at("task-done")).to_be_visible()
    assert officer.ask("GET", f"/hazards/{hazard}/view")["state"] == "planning"


def test_what_a_card_leads_to_stands_on_the_screen(
    phone_of: Callable[[str], Handset], officer: PhoneDoor, worker: PhoneDoor
) -> None:
    hazard = worker.snap("食堂灯罩开裂", officer.place("食堂"))
    phone = phone_of(OFFICER)
    phone.page.goto(f"/m/#/pages/tasks/task?id={officer.task(hazard)}&outcome=no")
    expect(phone.at("outcome-send")).to_be_in_viewport()
    expect(phone.at("field-reason")).to_be_in_viewport(ratio=1)


def test_handed_on_with_a_word_to_who_has_it_now(
    live_server: Server, phone_of: Callable[[str], Handset], officer: PhoneDoor, worker: PhoneDoor
) -> None:
    hazard = worker.snap("食堂地漏盖板缺失", officer.place("食堂"))
    phone = phone_of(OFFICER)
    open_task(phone, officer, hazard, "确认")
    phone.at("act-hand-on").click()
    find(phone, "周守正")
    say(phone, "act-words", "我出差，请代看")
    phone.sees("hand-on")
    phone.at("act-send").click()
    expect(phone.at("task-gone")).to_contain_text("周守正")
    expect(phone.at("task-gone")).to_be_in_viewport()
    phone.sees("handed-on")
    other = phone_of("19900000003")
    open_task(other, PhoneDoor(live_server, "19900000003"), hazard, "确认")
    expect(other.at("outcome-hazard")).to_be_visible()
    other.at("see-case").click()
    expect(other.at("case-events")).to_contain_text("我出差，请代看")
    other.sees("handed-case")


def test_the_starter_urges_and_takes_back(
    phone_of: Callable[[str], Handset], officer: PhoneDoor, worker: PhoneDoor
) -> None:
    hazard = worker.snap("食堂门口地垫翘边", officer.place("食堂"))
    case = worker.ask("GET", f"/hazards/{hazard}/view")["case"]
    task = officer.task(hazard)
    phone = phone_of(WORKER)
    phone.page.goto(f"/m/#/pages/tasks/case?id={case}")
    phone.at("case-urge").click()
    expect(phone.at("case-events")).to_contain_text("催办")
    phone.at("case-urge").click()
    expect(phone.page.get_by_text("刚催过，请稍后再催")).to_be_visible()
    phone.sees("urged-twice")
    phone.at("case-withdraw").click()
    say(phone, "withdraw-why", "已经自己铺平了")
    phone.sees("case-withdraw")
    phone.at("withdraw-yes").click()
    expect(phone.at("case-state")).to_contain_text("已撤回")
    expect(phone.at("case-withdraw")).to_have_count(0)
    expect(phone.at("case-events").get_by_text("撤回", exact=True)).to_have_count(1)
    expect(phone.at("case-events")).not_to_contain_text("已撤回")
    phone.sees("case-withdrawn")
    holder = phone_of(OFFICER)
    holder.page.goto(f"/m/#/pages/tasks/task?id={task}")
    expect(holder.at("task-over")).to_contain_text("撤回")
    holder.sees("task-withdrawn")


def arranged(live_server: Server, officer: PhoneDoor, worker: PhoneDoor, what: str) -> str:
    """A hazard that 钱久安 is to put right."""
    hazard = worker.snap(what, officer.place("食堂"))
    officer.judge(hazard)
    PhoneDoor(live_server, CHIEF).arrange(hazard, "钱久安")
    return hazard


def test_more_time_is_asked_for_and_granted(
    live_server: Server, phone_of: Callable[[str], Handset], officer: PhoneDoor, worker: PhoneDoor
) -> None:
    hazard = arranged(live_server, officer, worker, "食堂冷库门封条破损")
    before = worker.ask("GET", f"/hazards/{hazard}/view")["due_at"]
    phone = phone_of(RECTIFIER)
    open_task(phone, PhoneDoor(live_server, RECTIFIER), hazard, "整改")
    phone.at("task-extend").click()
    expect(phone.at("extend-sheet")).to_be_visible()
    phone.at("extend-send").click()
    expect(phone.at("extend-sheet")).to_contain_text("还差：为什么要延期")
    phone.at("extend-days-7").click()
    say(phone, "extend-reason", "封条要从厂家发货")
    phone.sees("extend-sheet")
    phone.at("extend-send").click()
    expect(phone.at("hazard-extension")).to_contain_text("待审批")
    phone.sees("extend-asked")

    chief = phone_of(CHIEF)
    chief.at("go-tasks").click()
    chief.at("task-row").filter(has_text="延期").filter(has_text="封条破损").click()
    expect(chief.at("task-title")).to_contain_text("延期")
    expect(chief.page.get_by_text("封条要从厂家发货")).to_be_visible()
    chief.sees("extend-decide")
    chief.at("outcome-grant").click()
    chief.at("outcome-send").click()
    expect(chief.at("task-done")).to_contain_text("同意延期")
    now = worker.ask("GET", f"/hazards/{hazard}/view")
    assert now["due_at"] > before
    phone.page.reload()
    expect(phone.at("hazard-extension")).to_contain_text("已同意")


def decide_offline(handset: Handset, testid: str, words: str) -> None:
    """An outcome chosen, its comment written, sent without a signal."""
    handset.at(testid).click()
    handset.page.context.set_offline(True)
    say(handset, "outcome-comment", words)
    handset.at("outcome-send").click()
    expect(handset.at("queued")).to_have_attribute("data-state", "waiting", timeout=20_000)


def test_a_decision_without_a_signal_goes_out_by_itself_with_its_photo(
    live_server: Server,
    phone_of: Callable[[str], Handset],
    officer: PhoneDoor,
    worker: PhoneDoor,
    watch: Watch,
) -> None:
    watch.allow("ERR_INTERNET_DISCONNECTED")
    hazard = arranged(live_server, officer, worker, "食堂和面机护罩缺螺丝")
    phone = phone_of(RECTIFIER)
    open_task(phone, PhoneDoor(live_server, RECTIFIER), hazard, "整改")
    task = phone.page.url
    phone.at("outcome-submit").click()
    phone.page.context.set_offline(True)
    with phone.page.expect_file_chooser() as chooser:
        phone.at("photo-camera").click()
    chooser.value.set_files([{**PICTURE, "buffer": photo("green")}])
    say(phone, "field-result", "螺丝已补齐，涂了螺纹胶")
    phone.at("outcome-send").click()
    expect(phone.at("queued")).to_contain_text("已记下，联网后自动提交", timeout=20_000)
    expect(phone.at("queued")).to_contain_text("螺丝已补齐")
    expect(phone.at("outcome-submit")).to_have_count(0)
    phone.sees("decision-queued")
    assert worker.ask("GET", f"/hazards/{hazard}/view")["state"] == "rectifying"

    phone.page.close()  # the app is closed; the signal comes back; it is opened again
    later = Handset(phone.page.context.new_page())
    later.page.context.set_offline(False)
    later.page.goto("/m/")
    expect(later.home().at("queue-note")).to_have_count(0, timeout=30_000)
    view = worker.ask("GET", f"/hazards/{hazard}/view")
    assert (view["state"], view["result"], len(view["photos_after"])) == (
        "reviewing",
        "螺丝已补齐，涂了螺纹胶",
        1,
    )
    later.page.goto(task)
    expect(later.at("task-who")).to_contain_text("提交整改")
    expect(later.at("queued")).to_have_count(0)


def test_who_was_faster_stands_at_the_task_and_nothing_that_was_written_is_lost(
    live_server: Server,
    phone_of: Callable[[str], Handset],
    officer: PhoneDoor,
    worker: PhoneDoor,
    watch: Watch,
) -> None:
    watch.allow("ERR_INTERNET_DISCONNECTED")
    watch.allow("409")
    hazard = worker.snap("食堂蒸箱压力表过期", officer.place("食堂"))
    phone = phone_of(OFFICER)
    open_task(phone, officer, hazard, "确认")
    decide_offline(phone, "outcome-up", "拿不准是不是要停用，请站里定")
    officer.decide(officer.task(hazard), "no", reason="是备用的，已隔离")  # at the desk, meanwhile
    phone.page.goto("/m/#/pages/queue/index")
    expect(phone.at("queue-item")).to_contain_text("拿不准是不是要停用")
    phone.sees("queue-decision")
    phone.page.context.set_offline(False)
    expect(phone.at("queue-item")).to_have_attribute("data-state", "failed", timeout=30_000)
    phone.at("queue-task").click()
    expect(phone.at("queued-why")).to_contain_text("不是隐患")
    expect(phone.at("queued")).to_contain_text("拿不准是不是要停用，请站里定")
    expect(phone.at("task-who")).to_contain_text("不是隐患")
    expect(phone.at("queued-mend")).to_have_count(0)
    phone.sees("decision-too-late")
    phone.at("queued-drop").click()
    expect(phone.at("queued")).to_have_count(0)


def test_taken_back_by_the_reporter_while_one_decided_without_a_signal(
    phone_of: Callable[[str], Handset], officer: PhoneDoor, worker: PhoneDoor, watch: Watch
) -> None:
    watch.allow("ERR_INTERNET_DISCONNECTED")
    watch.allow("409")
    hazard = worker.snap("食堂纱窗破洞", officer.place("食堂"))
    phone = phone_of(OFFICER)
    open_task(phone, officer, hazard, "确认")
    decide_offline(phone, "outcome-up", "请站里统一换")
    expect(phone.at("queued")).to_be_in_viewport()
    worker.ask("POST", f"/hazards/{hazard}/withdraw", json={"comment": "自己换好了"})
    phone.page.context.set_offline(False)
    expect(phone.at("queued")).to_have_attribute("data-state", "failed", timeout=30_000)
    expect(phone.at("queued-why")).to_contain_text("已撤回")
    expect(phone.at("queued")).to_contain_text("请站里统一换")
    expect(phone.at("task-over")).to_contain_text("撤回")
    phone.sees("decision-withdrawn")


def test_one_that_has_not_gone_yet_can_be_written_on(
    live_server: Server,
    phone_of: Callable[[str], Handset],
    officer: PhoneDoor,
    worker: PhoneDoor,
    watch: Watch,
) -> None:
    watch.allow("ERR_INTERNET_DISCONNECTED")
    hazard = worker.snap("食堂灭火毯过期", officer.place("食堂"))
    phone = phone_of(OFFICER)
    open_task(phone, officer, hazard, "确认")
    decide_offline(phone, "outcome-up", "请站里定")
    phone.at("queued-back").click()
    expect(phone.at("outcome-comment").locator("textarea")).to_have_value("请站里定")
    say(phone, "outcome-comment", "请站里定，备件要批")
    phone.page.context.set_offline(False)
    phone.at("outcome-send").click()
    expect(phone.at("task-done")).to_contain_text("上报上级")
    assert PhoneDoor(live_server, CHIEF).task(hazard)


def test_lines_are_filled_in_one_below_the_other(
    phone_of: Callable[[str], Handset], officer: PhoneDoor, worker: PhoneDoor
) -> None:
    """No built-in flow asks for lines; a chapter's form may. The server's answer is given one here."""
    hazard = worker.snap("食堂多台设备待查", officer.place("食堂"))
    phone = phone_of(OFFICER)
    blank = {"choices": None, "to": None, "max": None, "help": None}
    boxes = [
        {**blank, "name": "device", "title": "设备", "kind": "text", "required": True},
        {**blank, "name": "state", "title": "情况", "kind": "choice", "required": True,
         "choices": [{"value": "ok", "title": "正常"}, {"value": "bad", "title": "异常"}]},
    ]  # fmt: skip
    lines = {**blank, "name": "found", "title": "逐台情况", "kind": "lines", "required": True, "max": 3, "line": "台",
             "fields": boxes}  # fmt: skip
    sent: list[dict[str, object]] = []

    def with_lines(route: Route) -> None:
        if route.request.method == "POST":
            sent.append(route.request.post_data_json)
            route.fulfill(json={**route.fetch(url=route.request.url.removesuffix("/decide"), method="GET").json(),
                                "state": "done", "outcome": "no", "outcome_title": "不是隐患", "outcomes": []})  # fmt: skip
            return
        task = route.fetch().json()
        for outcome in task["outcomes"]:
            if outcome["key"] == "no":
                outcome["fields"] = [lines]
        route.fulfill(json=task)

    task = officer.task(hazard)
    phone.page.route(f"**/api/mp/v1/tasks/{task}", with_lines)
    phone.page.route(f"**/api/mp/v1/tasks/{task}/decide", with_lines)
    phone.page.goto(f"/m/#/pages/tasks/task?id={task}&outcome=no")

    def line(number: int) -> Locator:
        return phone.at(f"line-{number}")

    line(1).get_by_test_id("field-device").locator("input").fill("1号蒸箱")
    phone.at("outcome-send").click()
    expect(phone.at("outcome-lacks")).to_contain_text("第 1 台的情况")
    line(1).get_by_test_id("choice-ok").click()
    phone.at("line-add").click()
    line(2).get_by_test_id("field-device").locator("input").fill("2号蒸箱")
    line(2).get_by_test_id("choice-bad").click()
    phone.sees("lines")
    line(2).get_by_test_id("line-up").click()
    phone.at("outcome-send").click()
    expect(phone.at("task-done")).to_be_visible()
    assert [each["values"] for each in sent] == [
        {"found": [{"device": "2号蒸箱", "state": "bad"}, {"device": "1号蒸箱", "state": "ok"}]}
    ]
