"""At the desk, beside the straight way: nobody left to do a step, a return, who was faster, many at once (H05, H06)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Route, expect

from tests.journeys.desk import COLLEAGUE, OFFICER, Desk
from tests.journeys.office import Office
from tests.journeys.people import newcomer
from tests.journeys.phone_door import PhoneDoor, photo
from tests.support.page_checks import Watch
from tests.support.started_program import Server

RECTIFIER, CHIEF, HEAD = "19900000015", "19900000016", "19900000004"


@pytest.fixture
def door(live_server: Server) -> Callable[[str], PhoneDoor]:
    """A function that signs somebody in at the phone door."""
    return lambda login: PhoneDoor(live_server, login)


@pytest.fixture
def judged(door: Callable[[str], PhoneDoor]) -> Callable[[str], str]:
    """A function that has a hazard in the canteen reported and judged; gives its id."""

    def make(what: str) -> str:
        officer = door(OFFICER)
        hazard = door("19900000011").snap(what, officer.place("食堂"))
        officer.judge(hazard)
        return hazard

    return make


def case_of(reader: PhoneDoor, hazard: str) -> str:
    return str(reader.ask("GET", f"/hazards/{hazard}/view")["case"])


def name_of(reader: PhoneDoor) -> str:
    return str(reader.ask("GET", "/session")["person"]["name"])


def put_right(rectifier: PhoneDoor, hazard: str) -> None:
    """The rectifier tells that it is done, with a photo of after."""
    sent = rectifier.ask(
        "POST", "/photos?ledger=hazards", files={"file": ("b.jpg", photo("green"), "image/jpeg")}
    )
    rectifier.decide(rectifier.task(hazard), "submit", photos_after=[sent["id"]], result="已换新")


def steps(desk: Desk) -> Locator:
    return desk.at("case-picture").locator(":scope > li")


def looks(desk: Desk) -> list[tuple[str | None, str | None]]:
    return [(one.get_attribute("data-step"), one.get_attribute("data-look")) for one in steps(desk).all()]


def test_a_step_that_nobody_is_left_for_is_given_to_whom_the_console_offers(
    desk: Desk, office: Office, door: Callable[[str], PhoneDoor], judged: Callable[[str], str]
) -> None:
    gone = newcomer(41, "辛临走")
    file = office.hire_file(gone)
    hazard = judged("食堂冷库门封条脱落")
    chief = door(CHIEF)
    chief.arrange(hazard, gone.name)
    office.act("persons", "end", file, reason="已离职")

    desk.sign_in("admin", path="/console/approvals?box=all")
    desk.search("冷库门封条")
    row = desk.row("冷库门封条")
    expect(row).to_contain_text("整改：没有人办")
    desk.sees("stranded-list")
    desk.page.goto(f"/console/cases/{case_of(chief, hazard)}")
    expect(desk.at("stranded")).to_contain_text("整改")
    expect(steps(desk).nth(2)).to_have_attribute("data-look", "stranded")
    desk.sees("stranded")
    desk.at("reassign-now").click()
    offered = desk.at("suggested")
    expect(offered.first).to_be_visible()
    desk.sees("stranded-offered")
    name = offered.first.locator("b").inner_text()
    offered.first.click()
    desk.at("reassign-dialog-confirm").click()
    expect(desk.at("stranded")).to_have_count(0)
    expect(steps(desk).nth(2)).to_have_attribute("data-look", "open")
    expect(steps(desk).nth(2)).to_contain_text(name)
    desk.sees("stranded-mended")
    doors = {name_of(one): one for one in map(door, (OFFICER, COLLEAGUE, CHIEF, HEAD))}
    put_right(doors[name], hazard)
    expect(steps(desk).nth(2)).to_have_attribute("data-look", "done")
    expect(steps(desk).nth(3)).to_have_attribute("data-look", "open")


def test_a_return_shows_both_visits_and_where_it_stands(
    desk: Desk, door: Callable[[str], PhoneDoor], judged: Callable[[str], str]
) -> None:
    hazard = judged("食堂插座面板烧黑")
    chief, rectifier = door(CHIEF), door(RECTIFIER)
    chief.arrange(hazard, name_of(rectifier))
    put_right(rectifier, hazard)
    desk.sign_in(CHIEF, path=f"/console/tasks?row={chief.task(hazard)}")
    desk.at("outcome-send_back").click()
    desk.at("decide-send").click()
    expect(desk.at("error-comment")).to_be_visible()
    desk.at("field-comment").locator("textarea").fill("只换了面板，里面的线还是焦的，要重新穿线")
    desk.at("decide-send").click()
    expect(desk.at("task-done")).to_contain_text("退回整改")
    desk.page.goto(f"/console/cases/{case_of(chief, hazard)}")
    wanted = [("judge", "done"), ("plan", "done"), ("rectify", "done"), ("review", "returned"), ("rectify", "open"),
              ("review", "ahead")]  # fmt: skip
    expect(steps(desk)).to_have_count(len(wanted))
    assert looks(desk) == wanted
    expect(steps(desk).nth(3)).to_contain_text("要重新穿线")
    expect(steps(desk).nth(3)).to_contain_text("→ 整改")
    expect(steps(desk).nth(4)).to_contain_text("第 2 次")
    expect(steps(desk).nth(4)).to_be_in_viewport(ratio=1)
    desk.sees("returned")
    put_right(rectifier, hazard)
    expect(steps(desk).nth(5)).to_have_attribute("data-look", "open")
    expect(steps(desk).nth(5)).to_contain_text("第 2 次")
    desk.sees("returned-again")
    desk.page.set_viewport_size({"width": 1024, "height": 700})
    desk.page.reload()
    expect(
        desk.at("turn-box")
    ).to_be_visible()  # the reviewer sees first what it is about, then where it stands
    expect(steps(desk).nth(5)).to_be_visible()
    width = desk.at("case-picture").evaluate("box => [box.scrollWidth, box.clientWidth]")
    assert width[0] <= width[1], "no step is cut off"
    desk.sees("returned-narrow")


@pytest.fixture
def admin(live_server: Server) -> Office:
    return Office(live_server, "admin")


def shared(admin: Office, reader: PhoneDoor, hazard: str, *others: PhoneDoor) -> None:
    """The open step is given to all of these; any one does it."""
    case = case_of(reader, hazard)
    names = [name_of(one) for one in (reader, *others)]
    found = [reader.ask("GET", "/tasks/people", params={"q": name, "case": case})["items"] for name in names]
    admin.reassign(case, *(str(person["id"]) for (person,) in found))


def test_who_presses_second_reads_who_did_what_and_keeps_what_was_typed(
    desk: Desk, admin: Office, door: Callable[[str], PhoneDoor], watch: Watch
) -> None:
    watch.allow("409")
    officer, colleague = door(OFFICER), door(COLLEAGUE)
    hazard = door("19900000011").snap("食堂燃气软管老化", officer.place("食堂"))
    shared(admin, officer, hazard, colleague)
    desk.sign_in(path=f"/console/tasks?row={officer.task(hazard)}")
    desk.at("outcome-no").click()
    desk.at("field-reason").locator("textarea, input").first.fill("软管上月刚换，是旧标签没撕")
    desk.page.route("**/decide", lambda route: meanwhile(route, colleague, hazard), times=1)
    desk.at("decide-send").click()
    expect(desk.at("too-late")).to_contain_text("周守正")
    expect(desk.at("too-late")).to_contain_text("是隐患")
    expect(desk.at("left")).to_contain_text("软管上月刚换，是旧标签没撕")
    expect(desk.at("too-late")).to_be_in_viewport()
    desk.sees("too-late")


def meanwhile(route: Route, who: PhoneDoor, hazard: str) -> None:
    """Before the press goes out, somebody else was faster."""
    who.judge(hazard)
    route.continue_()


def test_many_at_once_and_one_of_them_was_decided_meanwhile(
    desk: Desk,
    admin: Office,
    door: Callable[[str], PhoneDoor],
    judged: Callable[[str], str],
) -> None:
    chief, rectifier, head = door(CHIEF), door(RECTIFIER), door(HEAD)
    name = name_of(rectifier)
    hazards = [judged(f"食堂批量复核第{place}处") for place in "一二三"]
    for hazard in hazards:
        chief.arrange(hazard, name)
        put_right(rectifier, hazard)
    shared(admin, chief, hazards[1], head)
    desk.sign_in(CHIEF, path="/console/approvals")
    desk.search("批量复核")
    expect(desk.rows("批量复核")).to_have_count(3)
    desk.at("select-all").check()
    expect(desk.at("bulk-pass")).to_have_text("复核通过（3）")
    desk.sees("many-picked")

    def faster(route: Route) -> None:
        head.decide(head.task(hazards[1]), "pass")
        route.continue_()

    desk.page.route("**/tasks/decide", faster, times=1)
    desk.at("bulk-pass").click()
    results = desk.at("many-results").locator("li")
    expect(results).to_have_count(3)
    expect(results.filter(has_text="第二处")).to_contain_text("顾行远")
    expect(desk.at("many-results").locator("li.bad")).to_have_count(1)
    desk.sees("many-results")
    expect(desk.rows("批量复核")).to_have_count(0)
    for hazard in hazards:
        assert chief.ask("GET", f"/hazards/{hazard}/view")["state"] == "closed"
