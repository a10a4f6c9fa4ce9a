"""Deciding with open eyes: what it is about before the buttons, buttons wherever it is my turn, answers in sight (H02, H05)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.desk import Desk
from tests.journeys.handset import Handset
from tests.journeys.phone_door import PhoneDoor, photo
from tests.support.started_program import Server

WORKER, RECTIFIER, OFFICER, CHIEF = "19900000011", "19900000015", "19900000001", "19900000016"
WHY = "只换了面板，里面的线还是焦的，要重新穿线"


@pytest.fixture
def door(live_server: Server) -> Callable[[str], PhoneDoor]:
    """A function that signs somebody in at the phone door."""
    return lambda login: PhoneDoor(live_server, login)


@pytest.fixture
def phone_of(open_phone: Callable[..., Page]) -> Callable[[str], Handset]:
    """A function that opens somebody's phone, signed in."""
    return lambda login: Handset(open_phone()).sign_in(login).home()


def put_right(rectifier: PhoneDoor, hazard: str, colour: str, result: str) -> None:
    file = ("b.jpg", photo(colour), "image/jpeg")
    sent = rectifier.ask("POST", "/photos?ledger=hazards", files={"file": file})
    rectifier.decide(rectifier.task(hazard), "submit", photos_after=[sent["id"]], result=result)


@pytest.fixture
def again(door: Callable[[str], PhoneDoor]) -> Callable[[str], str]:
    """A function that has a hazard put right, sent back and put right again; gives its id."""

    def make(what: str) -> str:
        officer, chief, rectifier = door(OFFICER), door(CHIEF), door(RECTIFIER)
        hazard = door(WORKER).snap(what, officer.place("食堂"))
        officer.judge(hazard)
        chief.arrange(hazard, "钱久安")
        put_right(rectifier, hazard, "green", "面板已更换")
        body = {"outcome": "send_back", "values": {}, "comment": WHY}
        chief.ask("POST", f"/tasks/{chief.task(hazard)}/decide", json=body)
        put_right(rectifier, hazard, "blue", "面板和线都换了新的")
        return hazard

    return make


def test_on_the_phone_the_reviewer_sees_it_all_and_the_answer(
    phone_of: Callable[[str], Handset], door: Callable[[str], PhoneDoor], again: Callable[[str], str]
) -> None:
    hazard = again("食堂插座烧黑")
    chief = door(CHIEF)
    phone = phone_of(CHIEF)
    phone.page.goto(f"/m/#/pages/tasks/case?id={chief.ask('GET', f'/hazards/{hazard}/view')['case']}")
    expect(phone.at("turn-pass")).to_be_visible()
    phone.page.goto(f"/m/#/pages/hazards/hazard?id={hazard}")
    expect(phone.at("turn-send_back")).to_be_visible()
    phone.sees("turn-on-hazard")
    phone.at("turn-send_back").click()
    expect(phone.at("outcome-comment")).to_be_in_viewport(ratio=1)
    expect(phone.at("outcome-send")).to_be_in_viewport(ratio=1)
    phone.page.goto(f"/m/#/pages/tasks/task?id={chief.task(hazard)}")
    expect(phone.at("about-words")).to_contain_text(WHY)
    expect(phone.at("about-words")).to_be_in_viewport(ratio=1)
    words = phone.at("before-after").locator(".word")
    expect(words).to_have_text(["整改前", "整改后", "上次整改后"])
    facts = phone.at("about-facts")
    expect(facts).to_contain_text("面板和线都换了新的")
    expect(facts).to_contain_text("换盖板，刷警示漆")
    expect(phone.at("act-back")).to_have_text("退回到更早一步")
    phone.at("act-hand-on").click()
    expect(phone.at("person-find")).to_be_in_viewport(ratio=1)
    phone.page.get_by_text("不用了").click()
    phone.at("outcome-pass").click()
    expect(phone.at("outcome-send")).to_be_in_viewport(ratio=1)
    phone.at("outcome-send").click()
    expect(phone.at("task-done")).to_be_in_viewport(ratio=1)
    phone.sees("answer-in-sight")


def test_in_the_drawer_of_a_ledger_and_on_the_page_of_a_case_it_is_decided(
    desk: Desk, door: Callable[[str], PhoneDoor], again: Callable[[str], str]
) -> None:
    hazard, other = again("食堂配电箱门掉了"), again("食堂灯罩裂了")
    desk.sign_in(CHIEF, path=f"/console/ledgers/hazards?row={hazard}")
    box = desk.at("turn-box")
    expect(box.get_by_test_id("about-words")).to_contain_text(WHY)
    expect(box.get_by_test_id("before-after").locator("figcaption")).to_have_text(
        ["整改前", "整改后", "上次整改后"]
    )
    expect(box.get_by_test_id("about-facts")).to_contain_text("面板和线都换了新的")
    desk.at("outcome-send_back").click()
    expect(desk.at("decide-send")).to_be_in_viewport()
    desk.at("field-comment").locator("textarea").fill("穿管没有封口")
    desk.sees("turn-in-drawer")
    desk.at("decide-send").click()
    expect(desk.at("task-done")).to_contain_text("穿管没有封口")
    expect(desk.at("task-done")).to_be_in_viewport()
    case = door(CHIEF).ask("GET", f"/hazards/{other}/view")["case"]
    desk.page.goto(f"/console/approvals?row={case}")
    expect(desk.at("about-words")).to_contain_text(WHY)
    expect(desk.at("about-words")).to_be_in_viewport(ratio=1)
    desk.page.goto(f"/console/cases/{case}")
    expect(desk.at("about-words")).to_contain_text(WHY)
    expect(desk.at("about-words")).to_be_in_viewport(ratio=1)
    expect(desk.at("about")).to_contain_text("面板和线都换了新的")
    desk.at("outcome-pass").click()
    if desk.at("decide-send").count():
        desk.at("decide-send").click()
    expect(desk.at("task-done")).to_contain_text("复核通过")
    expect(desk.at("task-done")).to_be_in_viewport()
    width = desk.page.get_by_test_id("case-picture").evaluate("box => [box.scrollWidth, box.clientWidth]")
    assert width[0] <= width[1], "no step is cut off"
    desk.sees("turn-on-case")
