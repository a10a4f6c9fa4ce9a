"""The phone in a gloved hand: narrow screens, fingers, eyes, large text, a lapsed session."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest
import requests
from playwright.sync_api import Page, expect

from tests.journeys.handset import Handset
from tests.journeys.office import Office
from tests.journeys.seeing import Traffic, sideways, too_faint, too_small_to_hit, too_small_to_read
from tests.support.started_program import ROOT, Server

DRIVER, OF_TWO_UNITS = "19900000011", "19900000016"
# Not opened by address alone: shown before the walk, or shows one thing that somebody has come from.
NOT_BY_ADDRESS = {
    "home/index", "sign-in/index", "enter/index", "scan/confirm", "result/index", "accident/index",
    "hazards/sent", "hazards/hazard", "tasks/task", "tasks/given", "tasks/case",
}  # fmt: skip


def by_address() -> list[str]:
    """The paths of all pages that the client has, but for those (`NOT_BY_ADDRESS`)."""
    listed = json.loads((ROOT / "static/miniprogram/src/pages.json").read_text("utf-8"))["pages"]
    paths = {page["path"].removeprefix("pages/") for page in listed}
    assert paths >= NOT_BY_ADDRESS
    return sorted(paths - NOT_BY_ADDRESS)


def screens(handset: Handset) -> Iterator[str]:
    """Walk through the pages, then into one hazard, one task and its case; gives the name of each."""

    traffic = Traffic(handset.page)

    def shown(name: str) -> str:
        expect(handset.at("page-title")).to_be_visible()
        traffic.settle()
        return name

    for path in by_address():
        handset.page.goto(f"/m/#/pages/{path}")
        yield shown(path.removesuffix("/index").replace("/", "-"))
    handset.page.goto("/m/#/pages/hazards/mine")
    handset.at("hazards-open").click()
    handset.at("hazard-row").first.click()
    expect(handset.at("hazard-state")).to_be_visible()
    yield shown("hazard")
    handset.page.goto("/m/#/pages/tasks/index")
    handset.at("task-row").first.click()
    expect(handset.at("task-title")).to_be_visible()
    yield shown("task")
    handset.at("see-case").click()
    expect(handset.at("task-title")).to_have_count(0)
    yield shown("case")


def test_the_measures_find_what_they_look_for(open_phone: Callable[..., Page]) -> None:
    page = open_phone()
    page.set_content("""<meta name="viewport" content="width=device-width"><body style="background: #fff">
        <p style="color: #888; font-size: 16px">faint</p><p style="font-size: 12px; color: #000">small</p>
        <button style="height: 30px; width: 80px; font-size: 16px; color: #000">low</button>
        <div style="width: 900px; color: #000">wide</div>""")
    assert set(too_faint(page)) == {"faint"}
    assert set(too_small_to_read(page)) == {"small"}
    assert too_small_to_hit(page) == {"low": [80, 30]}
    assert sideways(page) > 400


def check(handset: Handset, name: str, *, large: bool) -> None:
    """One screen, by what eyes and fingers need."""
    handset.sees(f"phone-{name}")
    page = handset.page
    assert sideways(page) <= 0, name
    assert too_small_to_hit(page, 60 if name.startswith("home") else 44) == {}, name
    assert too_small_to_read(page, 18 if large else 16) == {}, name
    assert too_faint(page) == {}, name


@pytest.mark.parametrize(
    ("width", "large"), [(390, False), (360, False), (360, True)], ids=["390", "360", "large"]
)
def test_every_screen_suits_gloves_and_sun(
    width: int, large: bool, open_phone: Callable[..., Page], office: Office
) -> None:
    handset = Handset(open_phone(viewport={"width": width, "height": 740}))
    handset.page.goto("/m/")
    expect(handset.at("sign-in")).to_be_visible()
    mark = f"{width}{'-large' if large else ''}"
    if not large:
        check(handset, f"sign-in-{mark}", large=False)
    handset.sign_in(OF_TWO_UNITS).home()
    if large:
        handset.page.goto("/m/#/pages/me/index")
        handset.at("large-text").click()
        expect(handset.at("large-text")).to_have_attribute("aria-checked", "true")
    for name in screens(handset):
        check(handset, f"{name}-{mark}", large=large)
    handset.page.goto(f"/m/#/pages/scan/confirm?e={office.label('1号叉车').replace('-', '')}")
    expect(handset.at("confirm-button")).to_be_visible()
    check(handset, f"confirm-{mark}", large=large)
    handset.type_code(office.label("1号叉车"))
    check(handset, f"refused-{mark}", large=large)
    handset.go_home().page.reload()
    handset.home()
    check(handset, f"home-{mark}", large=large)
    handset.type_code(office.label("2号桥式起重机"))
    expect(handset.at("result")).to_have_attribute("data-kind", "good")
    check(handset, f"good-{mark}", large=large)


def test_every_screen_can_be_read_at_night(open_phone: Callable[..., Page]) -> None:
    handset = Handset(open_phone(color_scheme="dark"))
    handset.sign_in(OF_TWO_UNITS).home()
    assert too_faint(handset.page) == {}, "home"
    for name in screens(handset):
        handset.page.evaluate("scrollTo(0, document.body.scrollHeight)")
        assert too_faint(handset.page) == {}, name


def test_another_unit_is_chosen_and_stays(handset: Handset) -> None:
    handset.sign_in(OF_TWO_UNITS).home()
    before = handset.at("home-unit").inner_text()
    handset.at("go-units").click()
    expect(handset.at("unit")).to_have_count(2)
    handset.page.locator("[data-testid=unit][data-current=no]:visible").click()
    other = handset.page.locator("[data-testid=unit][data-current=yes]:visible")
    expect(other).not_to_contain_text(before)
    handset.at("back").click()
    expect(handset.home().at("home-unit")).not_to_have_text(before)
    now = handset.at("home-unit").inner_text()
    handset.page.reload()
    expect(handset.home().at("home-unit")).to_have_text(now)


def test_tasks_of_two_units_say_whose_they_are(handset: Handset) -> None:
    handset.sign_in(OF_TWO_UNITS).home()
    handset.at("go-units").click()
    expect(handset.at("unit")).to_have_count(2)
    units = handset.at("unit").locator(".lead").all_inner_texts()
    handset.page.goto("/m/#/pages/tasks/index")
    rows = handset.at("task-row")
    expect(rows.first).to_be_visible()
    said = rows.get_by_test_id("row-unit").all_inner_texts()
    assert len(said) == rows.count() and set(said) == set(units)
    rows.first.click()
    expect(handset.at("task-unit")).to_have_text(said[0])


def test_half_a_link_of_a_card_still_leads_on(handset: Handset) -> None:
    handset.page.goto("/m/#/pages/enter/index")
    expect(handset.at("sign-in")).to_be_visible()
    handset.sign_in(DRIVER).home()
    handset.page.goto("/m/#/pages/enter/index?to=%2Fpages%2Ftasks%2Findex")
    expect(handset.at("task-row").first).to_be_visible()


def test_my_work_does_not_hide_what_else_is_open(handset: Handset) -> None:
    handset.sign_in(OF_TWO_UNITS).home()
    handset.page.goto("/m/#/pages/tasks/index")
    expect(handset.at("task-row").first).to_be_visible()
    count = handset.at("task-row").count()
    handset.page.goto("/m/#/pages/my-work/index")
    expect(handset.at("work-todo")).to_contain_text(f"全部待办 {count} 件")
    handset.at("work-todo").click()
    expect(handset.at("task-row")).to_have_count(count)


def test_a_session_that_is_over_asks_again_and_loses_no_scan(
    handset: Handset, live_server: Server, office: Office
) -> None:
    handset.sign_in(DRIVER).home()
    token = handset.page.evaluate("""() => {
        for (const value of Object.values(localStorage)) {
            const found = /"token":"([^"]+)"/.exec(value)
            if (found) return found[1]
        }
    }""")
    # On the scanner's page: the home page, which looks for tasks, would find it out by itself and ask there.
    handset.page.goto("/m/#/pages/scan/type")
    handset.write("code-input", office.label("3号叉车"))
    gone = requests.delete(
        f"{live_server.url}/api/mp/v1/session", headers={"Authorization": f"Bearer {token}"}, timeout=30
    )
    assert gone.status_code == 204
    handset.at("code-send").click()
    expect(handset.at("session-ended")).to_contain_text("记下的 1 次扫码还在")
    handset.sees("phone-session-ended")
    handset.write("password", "Shangang#2026")
    handset.at("sign-in").click()
    expect(handset.at("sign-in")).to_have_count(0)
    handset.go_home()
    expect(handset.at("queue-note")).to_have_count(0, timeout=20_000)
    handset.stands("on_duty")
    assert len([row for row in office.rows("clock-ins", q="3号叉车") if "王大友" in row["label"]]) == 1
