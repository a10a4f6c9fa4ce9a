"""我的工作 on the desk: what my posts ask of me, when next; what is open leads to its task (K05)."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.journeys.desk import Desk


def test_what_my_posts_ask_of_me_leads_to_what_is_to_be_done(desk: Desk) -> None:
    desk.sign_in().at("menu-own-my-work").click()
    expect(desk.at("my-work")).to_be_visible()
    works = desk.at("work-items")
    expect(works).to_contain_text("应急物资检查")
    expect(works).to_contain_text("安全管理员")
    desk.sees("my-work")
    waiting = desk.at("work-open").or_(desk.at("work-none"))
    expect(waiting).to_be_visible()
    if desk.at("work-open").count():  # whether something is due depends on the day of the month
        desk.at("work-open").locator("a").first.click()
        expect(desk.page).to_have_url(re.compile(r"/tasks\?.*row=\d+"))


def test_an_account_without_posts_is_told_how_they_come(desk: Desk) -> None:
    desk.sign_in("jianglan", path="/console/my-work")
    expect(desk.at("work-nothing")).to_contain_text("人员岗位")
