"""The console under daily hands: keys, the back button, lost lines, lapsed sessions, two editors, screens."""

from __future__ import annotations

import re

import pytest
import requests
from playwright.sync_api import Locator, Page, expect

from models.demo import PASSWORD
from tests.journeys.desk import COLLEAGUE, Desk
from tests.journeys.office import Office
from tests.journeys.people import newcomer
from tests.journeys.seeing import cut_tags, sideways, too_faint, until
from tests.support.browsers import Chromium
from tests.support.page_checks import Watch
from tests.support.started_program import Server


def test_a_tag_fits_its_column(desk: Desk) -> None:
    desk.sign_in()
    for ledger in ("hazards", "all-cases", "certificates"):
        desk.open(ledger)
        expect(desk.page.locator("[data-testid=table] td .tag").first).to_be_visible()
        assert cut_tags(desk.page) == [], ledger


def test_everything_by_keys(desk: Desk) -> None:
    keys = desk.sign_in().open("equipment").page.keyboard
    keys.press("/")
    expect(desk.at("search")).to_be_focused()
    keys.type("叉车")
    keys.press("Enter")
    expect(desk.page).to_have_url(re.compile("q="))
    until(desk.page, lambda: desk.rows().count() > 1)  # the keys walk rows that are there
    expect(desk.rows().filter(has_not_text="叉车")).to_have_count(0)
    keys.press("Escape")
    expect(desk.at("search")).not_to_be_focused()
    keys.press("j")
    keys.press("j")
    expect(desk.rows().nth(1)).to_have_class(re.compile("marked"))
    keys.press("k")
    expect(desk.rows().nth(0)).to_have_class(re.compile("marked"))
    name = desk.cell(desk.rows().nth(0), "name").inner_text()
    keys.press("Enter")
    expect(desk.at("detail")).to_contain_text(name)
    keys.press("j")
    expect(desk.at("detail")).not_to_contain_text(name)
    keys.press("k")
    expect(desk.at("edit")).to_be_visible()
    keys.press("e")
    expect(desk.at("form")).to_be_visible()
    keys.press("Escape")
    expect(desk.at("form")).to_have_count(0)
    expect(desk.at("detail")).to_be_visible()
    keys.press("Escape")
    expect(desk.at("detail")).to_have_count(0)
    keys.press("n")
    expect(desk.at("form")).to_be_visible()
    # A letter typed into a box is a letter.
    desk.box("name").click()
    keys.type("njk/")
    expect(desk.box("name")).to_have_value("njk/")
    expect(desk.at("form")).to_have_count(1)


def test_the_back_button_brings_the_question_back(desk: Desk) -> None:
    desk.sign_in().open("equipment").search("起重机")
    desk.at("filter-state").locator("input").click()
    desk.page.locator(".t-select-option:visible").filter(has_text="停用").click()
    expect(desk.page).to_have_url(re.compile(r"f\.state=stopped"))
    desk.page.keyboard.press("Escape")
    expect(desk.rows()).to_have_count(1)
    desk.rows().first.locator("button.first").click()
    expect(desk.at("detail")).to_be_visible()
    desk.open("persons")
    expect(desk.at("detail")).to_have_count(0)
    desk.page.go_back()
    desk.shows("equipment")
    expect(desk.at("detail")).to_be_visible()
    expect(desk.at("search")).to_have_value("起重机")
    expect(desk.at("filter-state")).to_contain_text("停用")
    expect(desk.rows()).to_have_count(1)
    desk.page.go_back()
    expect(desk.at("detail")).to_have_count(0)
    desk.page.go_back()
    expect(desk.page).not_to_have_url(re.compile(r"f\.state"))
    expect(desk.at("search")).to_have_value("起重机")
    until(desk.page, lambda: desk.rows().count() > 1)


def typed(desk: Desk, **values: str) -> None:
    """The open form still holds all this."""
    for field, value in values.items():
        expect(desk.box(field)).to_have_value(value)


def test_nothing_typed_is_lost_by_the_back_button(desk: Desk) -> None:
    """A form, ticks in a tree, a rule: whatever was begun asks before it goes (E10, N01)."""
    question = desk.page.get_by_test_id("leaving")
    desk.sign_in("admin").open("equipment").at("new").click()
    desk.box("name").fill("没写完的叉车")
    desk.page.go_back()
    expect(question).to_be_visible()
    desk.page.get_by_role("button", name="接着填").click()
    expect(question).to_have_count(0)
    typed(desk, name="没写完的叉车")
    desk.at("form").locator("h3").first.click()  # the focus is in no box any more
    desk.page.keyboard.press("Control+Enter")
    expect(desk.at("form").locator(".field.wrong").first).to_be_visible()
    desk.page.go_back()
    desk.page.get_by_role("button", name="不保存，关闭").click()
    expect(desk.at("form")).to_have_count(0)
    expect(desk.page).not_to_have_url(re.compile("equipment"))  # the way back is gone to its end

    desk.page.locator("a[href='/console/grid']").first.click()
    expect(desk.page).to_have_url(re.compile("/grid"))
    desk.at("grid-from-template").click()
    desk.at("grid-template").locator(".tree input").first.check()
    desk.page.keyboard.press("Escape")
    expect(question).to_be_visible()
    desk.page.get_by_role("button", name="接着填").click()
    expect(desk.at("grid-template").locator(".tree input").first).to_be_checked()
    desk.page.keyboard.press("Escape")
    desk.page.get_by_role("button", name="不保存，关闭").click()
    expect(desk.at("grid-template")).to_have_count(0)

    desk.page.locator("a[href='/console/rules']").first.click()
    desk.page.get_by_role("button", name="修改").first.click()
    desk.at("field-note").locator("textarea").fill("按新规")
    desk.page.go_back()
    expect(question).to_be_visible()
    desk.page.get_by_role("button", name="不保存，关闭").click()
    expect(desk.page).not_to_have_url(re.compile("rules"))


def test_a_form_keeps_what_was_typed_whatever_happens(desk: Desk, office: Office, watch: Watch) -> None:
    watch.allow("ERR_INTERNET_DISCONNECTED|WebSocket connection")
    person = newcomer(60, "申长留")
    wanted = {
        "name": person.name,
        "id_number": person.number,
        "phone": person.phone,
        "note": "夜班，周三轮休",
    }
    desk.sign_in().open("persons").at("new").click()
    for field, value in wanted.items():
        desk.box(field).fill(value)

    # Refused by the server: it is somebody else's number.
    taken = newcomer(61, "先来的")
    office.hire_file(taken)
    desk.box("id_number").fill(taken.number)
    desk.at("save").click()
    expect(desk.at("error-id_number")).to_contain_text("已在本单位的人员名单中")
    typed(desk, **{**wanted, "id_number": taken.number})
    desk.sees("manners-refused")
    desk.box("id_number").fill(person.number)

    # The line is lost.
    desk.page.context.set_offline(True)
    desk.at("save").click()
    expect(desk.at("form").get_by_test_id("error")).to_contain_text("连不上服务器")
    expect(desk.at("network-down")).to_be_visible()
    desk.sees("manners-offline")
    typed(desk, **wanted)
    desk.page.context.set_offline(False)
    desk.page.evaluate("() => window.dispatchEvent(new Event('online'))")
    expect(desk.at("network-down")).to_have_count(0, timeout=20_000)

    # Signed out elsewhere.
    sign_out_behind(desk)
    # Dispatched: the page's own news channel may find it out a moment earlier, and its dialog then covers the button.
    desk.at("save").dispatch_event("click")
    expect(desk.at("resume")).to_be_visible()
    desk.sees("manners-resume")
    desk.at("resume-password").fill("Falsch#2026")
    desk.at("resume-submit").click()
    expect(desk.at("resume").get_by_test_id("error")).to_be_visible()
    typed(desk, **wanted)
    desk.at("resume-password").fill(PASSWORD)
    desk.at("resume-submit").click()
    expect(desk.at("form")).to_have_count(0)
    expect(desk.row(person.name)).to_be_visible()
    assert len(office.rows("persons", q=person.phone)) == 1


def sign_out_behind(desk: Desk) -> None:
    """End this window's session on the server, as signing out in another tab would, without the window's knowing."""
    cookies = {each["name"]: each["value"] for each in desk.page.context.cookies()}
    base = desk.page.evaluate("() => location.origin")
    answer = requests.delete(
        f"{base}/api/console/v1/session",
        cookies=cookies,
        headers={"X-XSRFToken": cookies["_xsrf"]},
        timeout=30,
    )
    assert answer.status_code == 204, answer.text


@pytest.fixture
def second_desk(live_server: Server, chromium: Chromium, watch: Watch, console_page: Page) -> Desk:
    """A colleague's window."""
    return Desk(chromium.console(live_server, watch))


def test_two_who_edit_the_same_row_are_told(desk: Desk, second_desk: Desk, office: Office) -> None:
    for each, login in ((desk, "19900000001"), (second_desk, COLLEAGUE)):
        each.sign_in(login).open("equipment").search("6号叉车")
        each.row("6号叉车").locator("button.first").click()
        each.at("edit").click()
        expect(each.at("form")).to_be_visible()
    desk.box("location").fill("西门岗亭")
    desk.save()
    second_desk.box("location").fill("东门岗亭")
    second_desk.box("model").fill("CPCD35")
    second_desk.at("save").click()
    expect(second_desk.at("conflict")).to_be_visible()
    for said in ("陈安澜", "西门岗亭", "东门岗亭", "CPCD35"):
        expect(second_desk.at("conflict")).to_contain_text(said)
    second_desk.sees("manners-conflict")
    second_desk.at("conflict-keep").click()
    expect(second_desk.at("form")).to_have_count(0)
    values = office.row("equipment", "6号叉车")["values"]
    assert (values["location"], values["model"]) == ("东门岗亭", "CPCD35")
    expect(desk.at("value-location")).to_have_text("东门岗亭")  # the first window sees it come
    second_desk.at("tab-history").click()
    expect(second_desk.at("history")).to_contain_text("周守正")
    expect(second_desk.at("history")).to_contain_text("陈安澜")
    second_desk.page.context.close()


LEDGERS = ("clock-ins", "equipment", "persons", "bindings", "certificates", "companies", "users")


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (1024, 768)])
def test_no_ledger_scrolls_the_page_sideways(desk: Desk, width: int, height: int) -> None:
    desk.sign_in()
    desk.page.set_viewport_size({"width": width, "height": height})
    for ledger in LEDGERS:
        desk.page.goto(f"/console/ledgers/{ledger}")
        desk.shows(ledger)
        desk.sees(f"manners-{width}-{ledger}")
        assert sideways(desk.page) <= 0, ledger
        for button in desk.page.locator("header button:visible").all():
            box = button.bounding_box()
            assert box and box["x"] >= 0 and box["x"] + box["width"] <= width, f"{ledger}: a button hangs out"
    desk.page.goto("/console/ledgers/equipment")
    desk.shows("equipment").rows().first.locator("button.first").click()
    expect(desk.at("detail")).to_be_visible()
    desk.sees(f"manners-{width}-detail")
    assert sideways(desk.page) <= 0
    desk.at("edit").click()
    expect(desk.at("form")).to_be_visible()
    desk.sees(f"manners-{width}-form")
    assert sideways(desk.page) <= 0


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_texts_stand_out_in_both_themes(desk: Desk, theme: str) -> None:
    desk.sign_in().at("account").click()
    desk.at(f"theme-{theme}").click()
    desk.page.keyboard.press("Escape")
    for ledger in ("persons", "equipment", "certificates", "bindings"):
        desk.page.goto(f"/console/ledgers/{ledger}")
        desk.shows(ledger)
        expect(desk.rows().first).to_be_visible()
        desk.sees(f"manners-{theme}-{ledger}")
        assert too_faint(desk.page) == {}, ledger
    desk.rows().first.locator("button.first").click()
    expect(desk.at("detail")).to_be_visible()
    assert too_faint(desk.page) == {}, "detail"


def test_a_denied_page_says_which_right_is_missing(desk: Desk) -> None:
    desk.sign_in(COLLEAGUE)
    desk.page.goto("/console/ledgers/roles")
    expect(desk.at("error")).to_contain_text("需要“查看角色”权限")
    expect(desk.at("error")).to_contain_text("本单位没有人能开通，请联系系统管理员")
    desk.sees("manners-denied")


def _escape_closes(desk: Desk, box: Locator, popup: str) -> None:
    """Escape in the box closes what it opened, and leaves the form and what is typed."""
    box.click()
    expect(desk.page.locator(popup)).to_be_visible()
    desk.page.keyboard.press("Escape")
    expect(desk.page.locator(popup)).to_have_count(0)
    expect(desk.at("form").or_(desk.at("report-form"))).to_be_visible()
    expect(desk.page.get_by_text("填写的内容还没有保存")).to_have_count(0)


def test_escape_in_an_open_list_closes_the_list_alone(desk: Desk) -> None:
    desk.sign_in().open("equipment").at("new").click()
    desk.box("name").fill("逃生叉车")
    _escape_closes(desk, desk.box("site"), ".t-select__dropdown:visible")
    _escape_closes(desk, desk.box("grid"), ".t-tree-select__popup:visible, .t-select__dropdown:visible")
    day = desk.at("form").locator(".t-date-picker input").first
    _escape_closes(desk, day, ".t-date-picker__panel:visible")
    expect(desk.box("name")).to_have_value("逃生叉车")
    desk.page.keyboard.press("Escape")
    expect(desk.page.get_by_text("填写的内容还没有保存")).to_be_visible()


def test_people_are_chosen_by_keys_alone(desk: Desk) -> None:
    """Name, arrow, Enter, the next name: the focus stays, and Enter takes a name instead of sending the form."""
    desk.sign_in(path="/console/tasks?box=given")
    desk.at("give").click()
    who, keys = desk.box("persons"), desk.page.keyboard
    tags = desk.at("field-persons").locator(".t-tag")
    options = desk.page.locator(".t-select-option:visible")
    who.click()
    for number, name in enumerate(("王大友", "李小满"), 1):
        keys.type(name)
        expect(options.first).to_contain_text(name)
        keys.press("Enter")  # nothing is marked yet: nothing is taken, and nothing sent
        expect(who).to_have_value(name)
        keys.press("ArrowDown")
        keys.press("Enter")
        expect(tags).to_have_count(number)
        expect(tags.last).to_have_text(name)
        expect(who).to_be_focused()
    expect(desk.at("error-title")).to_have_count(0)
    keys.press("Tab")
    expect(options).to_have_count(0)  # left, the list lies over nothing


def test_ctrl_enter_sends_wherever_the_focus_went(desk: Desk) -> None:
    """A press on a choice or a word takes the focus out of the form; a remark beside it is not the form."""
    desk.sign_in(path="/console/tasks")
    desk.rows("食堂 灭火器").click()
    desk.at("outcome-hazard").click()
    desk.radio("level", "重大隐患")
    desk.at("comment").click()
    desk.page.keyboard.press("Control+Enter")
    expect(desk.at("error-criterion")).to_have_count(0)
    desk.page.get_by_text("拿不准时对照").click()
    desk.page.keyboard.press("Control+Enter")
    expect(desk.at("error-criterion")).to_be_visible()
