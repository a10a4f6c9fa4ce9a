"""08:30: the numbers that open their rows, and the menu that is searched, pinned and folded (H01, FACES.md)."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.desk import Desk
from tests.journeys.office import CHOSEN, Office
from tests.journeys.seeing import serious, sideways, still, too_faint, until, with_axe
from tests.support.started_program import Server

WAITING = "home-bindings-waiting"


def test_a_number_opens_the_rows_that_it_counts_and_one_comes_back(desk: Desk, office: Office) -> None:
    waiting = {row["id"] for row in office.rows("bindings", **{"f.state": "waiting"})}
    desk.fill_in()
    expect(desk.at(WAITING)).to_contain_text("等您审核的绑定申请")
    expect(desk.at(WAITING).locator("b")).to_have_text(str(len(waiting)))
    desk.at(WAITING).click()
    desk.shows("bindings")
    expect(desk.rows()).to_have_count(len(waiting))
    assert {row.get_attribute("data-id") for row in desk.rows().all()} == waiting
    desk.page.go_back()
    expect(desk.at(WAITING)).to_be_visible()
    expect(desk.page).to_have_url(re.compile(r"/console/$"))


def test_the_menu_is_searched_by_first_letters_and_enter_goes_there(desk: Desk) -> None:
    desk.sign_in().at("menu-search").fill("zzjz")
    expect(desk.at("menu-post-certificate-matrix")).to_be_visible()
    expect(desk.at("menu-post-certificate-matrix")).to_have_attribute("title", "按回车打开")
    desk.at("menu-search").dispatch_event("keydown", {"key": "Enter", "isComposing": True})  # ends a word
    expect(desk.at("menu-search")).to_have_value("zzjz")
    desk.at("menu-search").press("Enter")
    expect(desk.page).to_have_url(re.compile("/views/post-certificate-matrix"))
    expect(desk.page.get_by_role("heading", name="证照矩阵")).to_be_visible()
    expect(desk.at("menu-search")).to_have_value("")
    expect(
        desk.at("menu-post-certificate-matrix")
    ).to_be_visible()  # its group was folded: one sees where one is
    desk.at("menu-search").fill("没有这种台账")
    expect(desk.at("menu-nothing")).to_be_visible()
    desk.at("menu-search").press("Enter")
    desk.at("menu-search").press("Escape")
    expect(desk.page).to_have_url(re.compile("/views/post-certificate-matrix"))
    expect(desk.at("menu-nothing")).to_have_count(0)


def test_what_is_pinned_or_folded_is_so_after_a_reload_and_for_this_account_alone(desk: Desk) -> None:
    desk.sign_in().open("equipment")  # opens every group
    desk.at("menu-equipment").hover()
    desk.at("pin-equipment").click()
    expect(desk.at("pinned-equipment")).to_be_visible()
    desk.at("menu-home").click()
    folded = desk.at("menu").locator("h2 button").last
    title = folded.inner_text().strip()
    folded.click()
    expect(folded).to_have_attribute("aria-expanded", "false")
    desk.page.reload()
    expect(desk.at("pinned-equipment")).to_be_visible()
    first = desk.at("menu").locator("[data-testid^=pinned-], [data-testid^=menu-group-]").first
    expect(first).to_have_attribute("data-testid", "pinned-equipment")
    expect(desk.at(f"menu-group-{title}")).to_have_attribute("aria-expanded", "false")
    desk.at("pinned-equipment").click()
    desk.shows("equipment")
    desk.at("unpin-equipment").click()
    expect(desk.at("pinned-equipment")).to_have_count(0)
    desk.at("menu-equipment").hover()
    desk.at("pin-equipment").click()
    desk.at("account").click()
    desk.at("sign-out").click()
    desk.sign_in("jituan")
    expect(desk.at("menu-home")).to_be_visible()
    expect(desk.at("pinned-equipment")).to_have_count(0)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 1024])
def test_it_can_be_read_on_any_desk(desk: Desk, theme: str, width: int) -> None:
    with_axe(desk.page)
    desk.page.set_viewport_size({"width": width, "height": 900})
    desk.sign_in().at("account").click()
    desk.at(f"theme-{theme}").click()
    desk.page.keyboard.press("Escape")
    expect(desk.at(WAITING)).to_be_visible()
    expect(desk.at("account")).to_have_attribute("aria-expanded", "false")
    still(desk.page)
    desk.sees(f"home-{width}-{theme}")
    assert (too_faint(desk.page), sideways(desk.page) <= 0, serious(desk.page)) == ({}, True, [])
    if width < 1100:
        expect(desk.at("menu")).to_have_count(0)  # it lies over the page, when it is asked for
        desk.at("menu-toggle").click()
        expect(desk.at("menu")).to_be_visible()
    desk.at("menu-search").fill("z")
    until(desk.page, lambda: desk.at("menu").locator(".line").count() > 3)
    still(desk.page)
    desk.sees(f"menu-{width}-{theme}")
    assert (too_faint(desk.page), serious(desk.page)) == ({}, [])


def test_who_may_see_nothing_is_told_so_and_whom_to_ask(desk: Desk, live_server: Server) -> None:
    admin = Office(live_server, "admin")
    company = admin.row("companies", "江澜重工机械有限公司")["id"]
    role = admin.add("roles", name="只能登录", grants=[{"right": "console.use", "scope": "self"}])
    user = admin.add("users", company=company, login="19912349901", name="孔无账", roles=[role["id"]])
    password = _shown(admin.act("users", "reset", user["id"]))
    desk.page.goto("/console/")
    desk.at("login").fill("19912349901")
    desk.at("password").fill(password)
    desk.at("sign-in-submit").click()
    for testid, text in (
        ("password-current", password),
        ("password-new", CHOSEN),
        ("password-again", CHOSEN),
    ):
        desk.at(testid).fill(text)
    desk.at("password-submit").click()
    expect(desk.at("no-ledger")).to_contain_text("请联系本单位管理员")
    expect(desk.at("home")).to_have_count(0)
    expect(desk.at("menu-home")).to_be_visible()
    expect(desk.at("menu-search").or_(desk.at("menu-nothing"))).to_have_count(
        0
    )  # there is nothing to look for
    desk.sees("home-without-ledger")


def _shown(answer: object) -> str:
    """The password in what a button says."""
    found = re.search(r"[A-Za-z0-9#@!%&*+=?_-]{8,}", str(answer).partition("密码")[2])
    assert found is not None, answer
    return found[0]
