"""A tree beside a ledger: by keys alone, searched, its numbers open their very rows, one adds below and moves (A02, B01)."""

from __future__ import annotations

import re
from pathlib import Path

from openpyxl import load_workbook
from playwright.sync_api import Locator, expect

from tests.journeys.desk import Desk
from tests.journeys.seeing import still


def node(desk: Desk, name: str) -> Locator:
    """The node of the tree that is called so."""
    return desk.page.get_by_role("treeitem").filter(has=desk.page.get_by_text(name, exact=True))


def at(desk: Desk, name: str) -> None:
    """Wait until the tree says that the keys stand at the node of this name."""
    expect(desk.at("tree")).to_have_attribute(
        "aria-activedescendant", str(node(desk, name).get_attribute("id"))
    )


def test_the_tree_of_units_by_keys_alone_and_each_number_opens_its_rows(desk: Desk, tmp_path: Path) -> None:
    desk.sign_in("jituan", path="/console/views/company-tree")
    tree, page = desk.at("tree"), desk.page
    expect(node(desk, "江澜集团")).to_have_attribute("aria-expanded", "true")
    tree.focus()
    page.keyboard.press("Home")
    at(desk, "江澜集团")
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("treeitem")).to_have_count(1)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    at(desk, "装备制造板块")
    page.keyboard.press("ArrowDown")
    at(desk, "江澜重工机械有限公司")
    expect(node(desk, "江澜重工机械有限公司")).to_have_attribute("aria-level", "3")
    page.keyboard.press("Enter")
    expect(desk.at("detail")).to_contain_text("江澜重工机械有限公司")
    still(page)
    desk.sees("company-tree")
    page.keyboard.press("Escape")
    expect(desk.at("detail")).to_have_count(0)
    desk.at("search").fill("铆焊")
    expect(page.get_by_role("treeitem")).to_have_count(5)
    desk.at("search").press("ArrowDown")
    expect(tree).to_be_focused()
    file = desk.file_of("export", tmp_path)
    names = [row[0] for row in load_workbook(file).active.iter_rows(min_row=2, values_only=True)]
    assert names[0] == "江澜集团" and "　　　　　　　　铆焊车间" in names
    number = node(desk, "铆焊车间").get_by_test_id("tree-count").first
    count = number.inner_text()
    number.click()
    desk.shows("persons")
    expect(desk.at("count")).to_contain_text(re.compile(rf"\b{count}\b"))
    expect(desk.rows().first).to_be_visible()
    expect(desk.rows().filter(has_not_text="铆焊车间")).to_have_count(0)


def test_a_directory_is_added_below_and_moved_and_never_below_itself(desk: Desk) -> None:
    desk.sign_in("jianglan", path="/console/views/folder-tree")
    rules = node(desk, "操作规程")
    rules.hover()
    rules.get_by_role("button", name="在“操作规程”下面新增").click()
    expect(desk.box("parent")).to_have_value("操作规程")
    desk.box("name").fill("焊接作业")
    desk.save()
    expect(node(desk, "焊接作业")).to_have_attribute("aria-level", "3")
    expect(node(desk, "焊接作业")).to_have_attribute("aria-selected", "true")
    rules.get_by_text("操作规程", exact=True).click()
    expect(desk.at("detail").get_by_role("heading", level=2)).to_contain_text("公司制度 / 操作规程")
    desk.at("edit").click()
    desk.choose("parent", "焊接作业")
    desk.at("save").click()
    expect(desk.at("field-parent")).to_contain_text("不能放在自己或自己的下级下面")
    desk.choose("parent", "安全管理制度")
    desk.save()
    expect(rules).to_have_attribute("aria-level", "3")
    expect(node(desk, "焊接作业")).to_have_attribute("aria-level", "4")
