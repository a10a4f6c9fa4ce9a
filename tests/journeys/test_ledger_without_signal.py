"""Rows of ledgers that are filled in where there is no signal: kept, sent once, put right when refused (X01, A06, A10)."""

from __future__ import annotations

from playwright.sync_api import Page, Request, expect

from tests.journeys.handset import Handset
from tests.journeys.office import Office
from tests.journeys.phone_door import photo
from tests.support.page_checks import Watch

WORKER, OFFICER = "19900000011", "19900000001"
PICTURE = {"name": "place.jpg", "mimeType": "image/jpeg"}


def sent_to(page: Page, end: str) -> list[str]:
    """What is posted to an address from now on, as it is answered."""
    sent: list[str] = []

    def note(request: Request) -> None:
        if request.method == "POST" and request.url.endswith(end):
            sent.append(request.url)

    page.context.on("requestfinished", note)
    return sent


def test_a_suggestion_without_a_signal_waits_with_its_photo_and_is_made_once(
    handset: Handset, office: Office, watch: Watch
) -> None:
    watch.allow("ERR_INTERNET_DISCONNECTED")
    what = "地下室水泵的阀门上写清楚方向"
    page = handset.sign_in(WORKER).home().page
    rows, files = sent_to(page, "/ledgers/suggestions"), sent_to(page, "/attachments")
    handset.at("go-workbench").click()
    expect(handset.at("new-suggestions")).to_have_text("提建议")
    handset.at("new-suggestions").click()
    expect(handset.at("page-title")).to_have_text("提建议")
    page.context.set_offline(True)
    handset.at("field-what").locator("textarea").fill(what)
    handset.at("choice-equipment").click()
    with page.expect_file_chooser() as chooser:
        handset.at("photo-camera").click()
    chooser.value.set_files([{**PICTURE, "buffer": photo("teal")}])
    expect(handset.at("photo")).to_have_count(1)
    handset.sees("row-offline-form")
    expect(handset.at("form-send")).to_have_text("提建议")
    handset.at("form-send").click()
    waiting = handset.at("row-waiting").filter(has_text=what)
    expect(waiting).to_contain_text("待发送")
    handset.sees("row-offline-list")
    waiting.click()
    expect(handset.at("queue-item")).to_contain_text("建言建议 · 1 张照片")
    handset.sees("row-offline-queue")
    handset.at("back").click()
    assert office.rows("suggestions", q=what) == [] and rows == []

    page.context.set_offline(False)
    expect(handset.at("row-waiting")).to_have_count(0, timeout=30_000)
    there = page.locator("[data-testid^=row-]:visible").filter(has_text=what)
    expect(there).to_have_count(1)
    there.click()
    expect(handset.at("row-card").get_by_test_id("door-photo")).to_have_attribute("data-loaded", "true")
    (row,) = office.rows("suggestions", q=what)
    assert row["values"]["kind"] == "equipment"
    assert (len(rows), len(files)) == (1, 1)


def test_what_the_server_refuses_later_keeps_its_words_and_goes_when_it_is_put_right(
    handset: Handset, office: Office, watch: Watch
) -> None:
    watch.allow("ERR_INTERNET_DISCONNECTED")
    watch.allow("status of 422")
    name = "没有信号的班前会"
    page = handset.sign_in(OFFICER).page
    handset.at("go-workbench").click()
    with page.expect_response("**/groupings/absent"):  # the form learns what it will offer
        handset.at("new-meetings").click()
    page.context.set_offline(True)
    handset.write("field-name", name)
    handset.at("moment-now").click()
    for field in ("chair", "attended", "absent"):
        handset.at(f"pick-{field}-open").click()
        handset.at(f"field-{field}").get_by_test_id(f"pick-{field}").first.click()
    handset.at("form-send").click()
    expect(handset.at("row-waiting").filter(has_text=name)).to_contain_text("待发送")

    page.context.set_offline(False)
    expect(handset.at("row-waiting").filter(has_text=name)).to_contain_text("未成功", timeout=30_000)
    assert office.rows("meetings", q=name) == []
    handset.at("row-waiting").filter(has_text=name).click()
    handset.sees("row-refused")
    handset.at("queue-mend").click()
    expect(handset.at("field-absent")).to_contain_text("同时在参加人员里")
    expect(handset.at("field-name").locator("input")).to_have_value(name)
    handset.at("field-absent").get_by_test_id("pick-absent-chosen").click()
    handset.at("form-send").click()
    expect(handset.at("row-title")).to_have_text(name)
    assert len(office.rows("meetings", q=name)) == 1
    page.goto("/m/#/pages/queue/index")
    expect(handset.at("queue-empty")).to_be_visible()
