"""The phone for everybody: by ear, by keys, enlarged; every page as a worker, and as who decides."""

from __future__ import annotations

import json
import re
import uuid
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Locator, Page, expect

from models.demo import PASSWORD
from tests.journeys.handset import Handset
from tests.journeys.phone_door import PhoneDoor
from tests.journeys.seeing import Traffic, serious, until, with_axe
from tests.support.page_checks import Watch
from tests.support.started_program import ROOT, Server

WORKER, OFFICER = "19900000011", "19900000001"
PAGES = [
    each["path"]
    for each in json.loads((ROOT / "static" / "miniprogram" / "src" / "pages.json").read_text())["pages"]
]
#: Pages that lead on by themselves, or are shown only on the way in.
PASSING = {"pages/enter/index", "pages/sign-in/index"}
#: What opens a part of a page, by its test id, one after the other: each is looked at open.
OPENERS = {
    "pages/ledger/list": ("filters-open",),
    "pages/ledger/row": ("history-open",),
    "pages/ledger/form": ("groups-open", "pick-chair-open", "line-add", "form-send"),
}
UNNAMED = """() => [...document.querySelectorAll('uni-button, input, select, textarea, [role=button], [role=switch]')]
  .filter((one) => one.checkVisibility() && !one.closest('[aria-hidden=true]') && !one.hasAttribute('disabled'))
  .filter((one) => {
    const named = one.getAttribute('aria-label') || (one.tagName !== 'SELECT' && one.textContent.trim())
    return !named || one.tabIndex < 0
  })
  .map((one) => one.outerHTML.slice(0, 200))"""


def found(page: Page) -> list[str]:
    """What is wrong with the page that is shown."""
    return [
        *serious(page),
        *(f"cannot be reached by keys, or has no name: {one}" for one in page.evaluate(UNNAMED)),
    ]


def queries(door: PhoneDoor) -> dict[str, str]:
    """Of pages that show one thing: which."""
    tasks = door.ask("GET", "/tasks", params={"box": "todo"})["items"]
    hazards = door.ask("GET", "/hazards", params={"box": "open"})["items"]
    case = next(each["case"]["id"] for each in tasks if each.get("case"))
    given = next((each for each in door.ask("GET", "/tasks", params={"box": "given"})["items"]), None)
    report = {
        "what": "叉车撞人，一人腿伤",
        "place": "7号门",
        "happened_at": datetime.now(UTC).isoformat(),
        "serious_injuries": 1,
    }
    papers = door.ask("GET", "/ledgers/certificates")["items"]
    accident = door.ask("POST", "/accidents", json=report, headers={"Idempotency-Key": uuid.uuid4().hex})
    return {
        "pages/tasks/task": f"?id={tasks[0]['id']}",
        "pages/tasks/case": f"?id={case}",
        "pages/tasks/given": f"?id={given['id']}" if given else "",
        "pages/hazards/hazard": f"?id={hazards[0]['id']}",
        "pages/accident/index": f"?id={accident['id']}",
        "pages/ledger/list": "?ledger=certificates",
        "pages/ledger/row": f"?ledger=certificates&id={papers[0]['id']}",
        "pages/ledger/form": "?ledger=meetings",  # of a worker: none that they may fill in
    }


@pytest.mark.parametrize("login", [WORKER, OFFICER])
def test_every_page_is_open_to_all(handset: Handset, live_server: Server, login: str) -> None:
    page, traffic = handset.page, Traffic(handset.page)
    with_axe(page)
    page.goto("/m/")
    expect(handset.at("login")).to_be_visible()
    faults = {"pages/sign-in/index": found(page)}
    handset.sign_in(login).home()
    which = queries(PhoneDoor(live_server, login))
    for path in PAGES:
        if path in PASSING:
            continue
        page.goto(f"/m/#/{path}{which.get(path, '')}")
        expect(handset.at("screen").last).to_be_visible()
        traffic.settle()
        faults[path] = found(page)
        for part in OPENERS.get(path, ()) if handset.at("form-missing").count() == 0 else ():
            handset.at(part).first.click()
            traffic.settle()
            faults[f"{path}, {part}"] = found(page)
        if path == "pages/tasks/task":
            page.locator("[data-testid^=outcome-]:visible").first.click()
            expect(handset.at("outcome-form")).to_be_visible()
            faults[f"{path}, form"] = found(page)
        if path == "pages/accident/report":
            for part in ("pick-time", "report-more", "report-equipment-find"):
                handset.at(part).click()
            expect(handset.at("machine").first).to_be_visible()
            faults[f"{path}, whole"] = found(page)
    assert len(faults) > 20
    assert {path: told for path, told in faults.items() if told} == {}


def test_the_way_to_the_scanner_by_keys_and_by_ear(handset: Handset) -> None:
    page = handset.page
    page.goto("/m/")
    assert "user-scalable" not in page.locator("meta[name=viewport]").get_attribute("content")
    page.get_by_role("textbox", name="手机号").fill(WORKER)
    page.get_by_role("textbox", name="密码").fill(PASSWORD)
    page.get_by_role("button", name="登录", exact=True).press("Enter")
    handset.home()
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.dataset.testid") == "scan-button":
            break
    expect(page.get_by_role("button", name="扫码上岗")).to_be_focused()
    page.keyboard.press("Enter")
    expect(handset.at("scan-stage").or_(handset.at("scan-note"))).to_be_visible()
    expect(page.get_by_role("heading", name="扫码")).to_be_visible()
    handset.at("scan-type").press(" ")
    expect(page.get_by_role("textbox", name="编号")).to_be_visible()


def tab_to(page: Page, box: Locator) -> None:
    """Go by Tab to what must be reached so."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if box.evaluate("one => one === document.activeElement"):
            return
    raise AssertionError(f"Tab never comes to {box}")


def test_days_times_and_lists_are_chosen_by_keys_and_by_ear(handset: Handset) -> None:
    page = handset.sign_in(WORKER).home().page
    page.goto("/m/#/pages/accident/report")
    handset.at("quick-着火").press("Enter")
    page.get_by_role("button", name="选时间").press("Enter")
    said = page.get_by_text("什么时候：")
    expect(said).to_contain_text("今天")
    tab_to(page, page.get_by_label("发生时间：日期"))
    page.keyboard.press("ArrowDown")  # whichever part of a day comes first in this browser's language
    expect(said).not_to_contain_text("今天")
    day = said.inner_text()
    tab_to(page, page.get_by_label("发生时间：时间"))
    page.keyboard.press("ArrowDown")
    expect(said).not_to_have_text(day)
    when = said.inner_text()
    page.keyboard.press("Backspace")  # half a time is none: it is told to nobody, and goes with the focus
    page.keyboard.press("Shift+Tab")
    expect(said).to_have_text(when)
    expect(page.get_by_label("发生时间：时间")).to_have_value(when[-5:])
    handset.at("report-more").press("Enter")
    category = page.get_by_role("combobox", name="类别")
    tab_to(page, category)
    page.keyboard.press("ArrowDown")
    chosen = category.locator("option:checked").inner_text()
    assert chosen and "可不选" not in chosen
    handset.sees("wheels-by-keys")
    page.reload()
    expect(said).to_have_text(when)
    handset.at("report-more").press("Enter")
    expect(category.locator("option:checked")).to_have_text(chosen)


def test_a_question_is_a_dialog_with_buttons(handset: Handset) -> None:
    page = handset.sign_in(WORKER).home().page
    handset.at("home-me").press("Enter")
    switch = page.get_by_role("switch", name="大字")
    expect(switch).to_have_attribute("aria-checked", "false")
    switch.press(" ")
    expect(switch).to_have_attribute("aria-checked", "true")
    page.evaluate(  # as the framework draws one
        "document.body.insertAdjacentHTML('beforeend', `<uni-modal><div class=uni-modal><div class=uni-modal__hd>"
        "<strong class=uni-modal__title>取消关注</strong></div><div class=uni-modal__ft><div class=uni-modal__btn>取消</div>"
        "<div class=uni-modal__btn>确定</div></div></div></uni-modal>`)"
    )
    dialog = page.get_by_role("alertdialog", name="取消关注")
    expect(dialog.get_by_role("button", name="取消")).to_be_visible()
    expect(dialog.get_by_role("button", name="确定")).to_have_attribute("tabindex", "0")


def test_who_leads_begins_with_what_needs_them_and_the_day_of_the_unit(handset: Handset) -> None:
    page = handset.sign_in(OFFICER).home().page
    expect(handset.at("waits-for-me")).to_contain_text(re.compile(r"等我办的 \d+ 件"))
    expect(handset.at("task-row")).to_have_count(2)
    expect(handset.at("today-state")).to_have_count(0)  # that they scanned nothing is nothing to them
    expect(handset.at("unit-on-duty")).to_contain_text("人在岗")
    expect(handset.at("go-report")).to_be_in_viewport()
    handset.at("unit-unmanned").click()
    count = int(handset.at("unit-unmanned").locator(".count").inner_text())
    expect(handset.at("unit-behind").locator(".between")).to_have_count(min(count, 20))
    handset.at("unit-overdue").click()
    expect(handset.at("hazards-open")).to_have_attribute("aria-pressed", "true")
    expect(handset.at("hazard-row").first).to_be_visible()
    handset.sees("leader-hazards")
    page.goto("/m/#/")
    handset.home().sees("leader-home")


def test_tasks_are_read_without_a_signal(handset: Handset, watch: Watch) -> None:
    watch.allow("ERR_INTERNET_DISCONNECTED")
    page = handset.sign_in(OFFICER).home().page
    expect(handset.at("waits-for-me")).to_be_visible()
    fetched = "Object.keys(localStorage).filter((key) => key.includes('seen.task.')).length"
    until(page, lambda: page.evaluate(fetched) > 1, 15)  # the first of the list are fetched ahead
    page.context.set_offline(True)
    page.goto("/m/#/pages/tasks/index")
    expect(handset.at("old-note")).to_contain_text("没有网络")
    handset.at("task-row").first.click()
    expect(handset.at("task-title")).to_be_visible()
    expect(page.locator("[data-testid^=outcome-]:visible").first).to_be_visible()
    expect(handset.at("old-note")).to_be_visible()
    expect(handset.at("trouble")).to_have_count(0)
    page.context.set_offline(False)
    page.goto("/m/#/pages/tasks/index")
    expect(handset.at("task-row").first).to_be_visible()
    expect(handset.at("old-note")).to_have_count(0, timeout=30_000)
