"""What is mine on the desk: posts with all that they ask, certificates that lack are sent in, training and reading (K02–K04)."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.journeys.desk import Desk


def test_my_posts_say_what_they_ask_and_lead_to_what_i_have(desk: Desk) -> None:
    desk.sign_in().at("menu-own-my-posts").click()
    post = desk.at("my-post").filter(has=desk.page.get_by_role("heading", name="安全管理员", exact=True))
    expect(post).to_have_count(1)
    expect(post.get_by_test_id("my-post-works")).to_contain_text("应急物资检查")
    expect(post.get_by_test_id("my-post-trainings").or_(post.get_by_text("还没有写培训要求"))).to_be_visible()
    desk.sees("my-posts")
    desk.page.get_by_role("main").get_by_role("link", name="我的培训").click()
    expect(desk.at("my-training-sum")).to_contain_text("学时")
    desk.sees("my-training")
    if desk.at("my-reading").count():
        desk.at("my-reading").locator("a").first.click()
        expect(desk.at("detail")).to_be_visible()


def test_a_certificate_that_lacks_is_sent_in_from_the_desk(desk: Desk) -> None:
    desk.sign_in().at("menu-own-my-certificates").click()
    expect(desk.at("certificates-held").or_(desk.at("certificates-empty"))).to_be_visible()
    desk.sees("my-certificates")
    desk.at("certificate-upload").click()
    desk.shows("certificate-uploads")
    expect(desk.at("form")).to_be_visible()
    desk.choose("type", "N1")
    desk.box("number").fill("SB2026-0715")
    desk.box("valid_until").fill("2029-10-01")
    desk.box("valid_until").press("Tab")
    desk.save()
    desk.at("menu-own-my-certificates").click()
    sent = desk.at("certificates-sent").get_by_role("row").filter(has_text="SB2026-0715")
    expect(sent).to_contain_text("待核对")
    sent.get_by_role("link").click()
    expect(desk.page).to_have_url(re.compile(r"/ledgers/certificate-uploads\?row=\d+"))
    expect(desk.at("detail")).to_contain_text("SB2026-0715")


def test_an_account_without_posts_is_told_how_they_come(desk: Desk) -> None:
    desk.sign_in("jianglan", path="/console/my-posts")
    expect(desk.at("my-posts-empty")).to_contain_text("人员岗位")
    desk.at("menu-own-my-certificates").click()
    expect(desk.at("certificates-empty")).to_be_visible()
