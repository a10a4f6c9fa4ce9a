"""指派 on phones (H03): an officer gives a task with a form, a worker does it, the officer accepts."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.handset import Handset
from tests.journeys.phone_door import PhoneDoor
from tests.journeys.seeing import sideways, too_faint, too_small_to_hit, too_small_to_read
from tests.support.page_checks import Watch
from tests.support.started_program import Server

WORKER, NAME, OFFICER = "19900000011", "王大友", "19900000001"
TASK = "清点二车间灭火器"


@pytest.fixture
def officer(open_phone: Callable[..., Page]) -> Handset:
    """The officer's phone, at the list of tasks."""
    return Handset(open_phone()).sign_in(OFFICER, path="/m/#/pages/tasks/index")


def suits(handset: Handset, name: str) -> None:
    """The screen suits eyes and fingers."""
    handset.sees(name)
    page = handset.page
    assert (sideways(page) <= 0, too_small_to_hit(page, 44)) == (True, {}), name
    assert (too_small_to_read(page, 16), too_faint(page)) == ({}, {}), name


def give(officer: Handset, server: Server, watch: Watch) -> None:
    """Fill in what is given; what is missing is said at its field, what was typed survives a reload."""
    officer.at("box-given").click()
    officer.at("go-give").click()
    officer.at("give-send").click()
    expect(officer.at("give-lacks")).to_contain_text("任务、谁来做")
    expect(officer.at("field-title").get_by_role("alert")).to_be_visible()
    suits(officer, "give-lacks")
    officer.write("field-title", TASK)
    officer.write("person-find", NAME[:2])
    officer.at("person").filter(has_text=NAME).click()
    officer.at("soon-1").click()
    officer.at("result-add").click()
    officer.write("result-title", "检查台数")
    officer.at("kind-number").click()
    officer.at("result-add").click()
    second = officer.at("result-field").nth(1)
    second.locator("[data-testid=result-title] input").fill("结论")
    second.locator("[data-testid=kind-choice]").click()
    officer.at("give-send").click()
    expect(second.get_by_role("alert")).to_contain_text("两个选项")
    suits(officer, "give-fields")
    officer.write("result-choices", "正常、异常")
    officer.page.reload()
    expect(officer.at("result-title").first.locator("input")).to_have_value("检查台数")
    expect(officer.at("result-choices").locator("input")).to_have_value("正常、异常")
    expect(officer.at("person-chosen")).to_contain_text(NAME)
    suits(officer, "give-filled")
    watch.allow("ERR_FAILED")
    officer.page.route("**/tasks/given", lambda route: (route.fetch(), route.abort()), times=1)
    officer.at("give-send").click()
    expect(officer.page.get_by_text("不会重复指派")).to_be_visible()  # it went out, and its answer got lost
    officer.at("give-send").click()
    expect(officer.at("given-title")).to_have_text(TASK)
    (row,) = [
        row
        for row in PhoneDoor(server, OFFICER).ask("GET", "/tasks?box=given")["items"]
        if row["title"] == TASK
    ]
    assert row["progress"]["total"] == 1, "given once"
    expect(officer.at("given-progress")).to_have_text("0/1 已完成")
    officer.at("given-remind").click()
    expect(officer.page.get_by_text("已催办 1 人")).to_be_visible()


def test_an_officer_gives_a_task_a_worker_does_it_and_it_is_accepted(
    officer: Handset, handset: Handset, live_server: Server, watch: Watch
) -> None:
    give(officer, live_server, watch)

    handset.sign_in(WORKER, path="/m/#/pages/tasks/index")
    expect(handset.at("task-row").filter(has_text=TASK)).to_be_visible()
    expect(handset.at("box-given")).to_have_count(0)  # who may not give is not offered it
    handset.at("task-row").filter(has_text=TASK).click()
    handset.at("outcome-submit").click()
    handset.write("field-f1", "12")
    handset.at("choice-正常").click()
    handset.sees("given-form")
    handset.at("outcome-send").click()
    expect(handset.at("task-done")).to_contain_text("提交结果")

    person = officer.at("given-person")
    expect(person).to_have_attribute("data-state", "reviewing")  # by itself: the page is kept fresh
    expect(person).to_contain_text(re.compile("检查台数.*12.*结论.*正常", re.S))
    expect(officer.at("given-remind")).to_have_count(0)  # there is nobody to urge
    suits(officer, "given-reviewing")
    officer.at("given-cancel").click()
    expect(officer.at("cancel-ask")).to_be_visible()  # it asks first
    suits(officer, "given-cancel")
    officer.at("cancel-no").click()
    officer.at("given-review").click()
    officer.at("outcome-accept").click()
    officer.at("outcome-send").click()
    expect(officer.at("task-done")).to_contain_text("通过")
    officer.at("back").click()
    expect(officer.at("given-progress")).to_have_text("1/1 已完成")
    officer.page.goto("/m/#/pages/tasks/index")
    officer.at("box-given").click()
    expect(officer.at("task-row").filter(has_text=TASK)).to_contain_text("1/1 已完成 · 已结束")
    suits(officer, "given-list")


def test_a_task_is_called_off_and_its_worker_has_it_no_more(officer: Handset, live_server: Server) -> None:
    door, worker = PhoneDoor(live_server, OFFICER), PhoneDoor(live_server, WORKER)
    (person,) = door.ask("GET", "/tasks/people", params={"q": NAME})["items"]
    given = door.ask("POST", "/tasks/given", json={"title": "擦洗叉车", "persons": [person["id"]]},
                     headers={"Idempotency-Key": "wash"})  # fmt: skip
    officer.page.goto(f"/m/#/pages/tasks/given?id={given['id']}")
    assert "办理：擦洗叉车" in [item["title"] for item in worker.ask("GET", "/tasks")["items"]]
    officer.at("given-cancel").click()
    officer.at("cancel-yes").click()
    expect(officer.at("given-person")).to_have_attribute("data-state", "cancelled")
    expect(officer.at("given-cancel")).to_have_count(0)
    assert "办理：擦洗叉车" not in [item["title"] for item in worker.ask("GET", "/tasks")["items"]]
