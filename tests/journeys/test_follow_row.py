"""关注 of a row of a ledger, at the desk: one press, it stands in the box, and a colleague's change is told (H04)."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.journeys.desk import COLLEAGUE, Desk
from tests.journeys.office import Office
from tests.support.started_program import Server


def test_a_row_is_followed_and_its_change_told(desk: Desk, live_server: Server) -> None:
    desk.sign_in().open("equipment")
    name = desk.cell(desk.rows().nth(0), "name").inner_text()
    desk.rows().nth(0).click()
    desk.at("follow").click()
    expect(desk.at("follow")).to_contain_text("已关注")
    office = Office(live_server, COLLEAGUE)
    row = office.row("equipment", name)
    office.change("equipment", row, next_inspection_on="2031-05-06")
    desk.page.goto(f"{live_server.url}/console/messages")
    told = desk.at("message").filter(has_text=f"设备：{name}").first
    expect(told).to_be_visible(timeout=20_000)
    told.click()
    expect(desk.at("detail")).to_contain_text(name)
    desk.page.goto(f"{live_server.url}/console/tasks?box=followed")
    desk.page.get_by_text(name).first.click()
    expect(desk.at("detail")).to_contain_text("2031")
    desk.at("follow").click()
    expect(desk.at("follow")).to_contain_text("☆ 关注")


def test_what_was_deleted_says_so_and_is_taken_away(desk: Desk, live_server: Server) -> None:
    """H04: it stays in the box as gone, until one takes it away."""
    office = Office(live_server, COLLEAGUE)
    made = office.add("posts", name="关注后删除的岗位", duties="看一看", sequence=9)
    desk.sign_in()
    desk.page.goto(f"{live_server.url}/console/ledgers/posts?row={made['id']}")
    desk.at("follow").click()
    expect(desk.at("follow")).to_contain_text("已关注")
    office.delete("posts", made["id"])
    desk.page.goto(f"{live_server.url}/console/tasks?box=followed")
    row = desk.page.get_by_text("关注后删除的岗位").first
    expect(desk.page.get_by_text("已删除").first).to_be_visible()
    row.click()
    expect(desk.at("gone-panel")).to_contain_text("不会再有新消息")
    desk.at("gone-remove").click()
    expect(desk.page.get_by_text("关注后删除的岗位")).to_have_count(0)
