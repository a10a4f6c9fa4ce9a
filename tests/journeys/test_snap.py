"""随手拍 from the camera to the closed loop, on phones (E07, E09, H02, X01, X07)."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.journeys.handset import Handset
from tests.journeys.office import Office
from tests.journeys.phone_door import PhoneDoor, photo
from tests.support.page_checks import Watch
from tests.support.started_program import Server

WORKER, OFFICER, RECTIFIER = "19900000011", "19900000001", "19900000015"
CHIEF = "19900000016"  # answers for the site
PICTURE = {"name": "snap.jpg", "mimeType": "image/jpeg"}


@pytest.fixture
def officer(live_server: Server) -> PhoneDoor:
    """The officer, who owns the canteen too, at the phone door."""
    return PhoneDoor(live_server, OFFICER)


def choose(handset: Handset, testid: str, colour: str) -> None:
    """Tap what opens the camera, and take a photo."""
    with handset.page.expect_file_chooser() as chooser:
        handset.at(testid).click()
    chooser.value.set_files([{**PICTURE, "buffer": photo(colour)}])
    expect(handset.at("photo")).to_have_count(1)


def pick(handset: Handset, *names: str) -> None:
    """Walk the grid down to a place."""
    handset.at("snap-pick").click()
    for name in names:
        handset.at("place-node").filter(has_text=name).click()
    expect(handset.at("snap-where")).to_contain_text(names[-1])


def test_a_snap_without_a_signal_is_kept_with_its_photo_and_goes_out_once(
    handset: Handset, office: Office, watch: Watch
) -> None:
    watch.allow("ERR_INTERNET_DISCONNECTED")
    sent: list[str] = []
    handset.page.context.on(
        "requestfinished",
        lambda request: sent.append(request.method) if request.url.endswith("/mp/v1/hazards") else None,
    )
    handset.sign_in(WORKER).home()
    network = handset.page.context
    with handset.page.expect_file_chooser() as chooser:  # the camera opens by itself
        handset.at("go-snap").click()
    expect(handset.at("snap-where")).to_contain_text("临江厂区")
    network.set_offline(True)
    chooser.value.set_files([{**PICTURE, "buffer": photo("red")}])
    expect(handset.at("photo")).to_have_count(1)
    handset.at("snap-what").locator("textarea").fill("地下室爬梯少一级，没有信号")
    handset.sees("snap-filled")
    handset.at("snap-send").click()
    expect(handset.at("snap-result")).to_have_attribute("data-kind", "kept", timeout=20_000)
    handset.sees("snap-kept")
    handset.at("snap-home").click()
    expect(handset.home().at("queue-waiting")).to_contain_text("1")
    assert office.rows("hazards", q="爬梯少一级") == []

    network.set_offline(False)
    expect(handset.at("queue-note")).to_have_count(0, timeout=30_000)
    (row,) = office.rows("hazards", q="爬梯少一级")
    assert sent == ["POST"]
    handset.at("go-hazards").click()
    mine = handset.at("hazard-row").filter(has_text="爬梯少一级")
    expect(mine.get_by_test_id("small-photo")).to_have_count(1)
    mine.click()
    expect(handset.at("hazard-became")).to_contain_text("已收到")
    expect(handset.at("large-photo")).to_have_attribute("data-loaded", "true")
    assert row["values"]["what"].startswith("地下室")


def test_half_a_photo_is_not_taken_and_a_whole_one_goes(
    handset: Handset, office: Office, watch: Watch
) -> None:
    """A browser draws half a JPEG without a word; made smaller it would look like a whole one (issue 10 §5)."""
    watch.allow("ERR_INTERNET_DISCONNECTED")
    out = io.BytesIO()
    Image.effect_noise((3000, 2200), 80).convert("RGB").save(out, "JPEG")
    handset.sign_in(WORKER).home()
    handset.page.goto("/m/#/pages/hazards/snap")
    expect(handset.at("snap-shoot")).to_be_visible()
    handset.page.context.set_offline(True)  # it is said at once, and not when the queue goes out
    with handset.page.expect_file_chooser() as chooser:
        handset.at("snap-shoot").click()
    half = out.getvalue()[: len(out.getvalue()) // 2]
    chooser.value.set_files([{**PICTURE, "buffer": half}])
    expect(handset.page.get_by_text("图片不完整")).to_be_visible()
    handset.sees("snap-half")
    handset.page.get_by_text("知道了").click()
    expect(handset.at("photo")).to_have_count(0)
    choose(handset, "snap-shoot", "purple")
    handset.at("snap-what").locator("textarea").fill("半张照片之后的一张")
    handset.at("snap-send").click()
    expect(handset.at("snap-result")).to_have_attribute("data-kind", "kept", timeout=20_000)
    handset.page.context.set_offline(False)
    handset.go_home()
    expect(handset.at("queue-note")).to_have_count(0, timeout=30_000)
    (row,) = office.rows("hazards", q="半张照片之后")
    handset.page.goto(f"/m/#/pages/hazards/hazard?id={row['id']}")
    expect(handset.at("large-photo")).to_have_attribute("data-loaded", "true")


def test_a_draft_survives_a_closed_app(handset: Handset) -> None:
    handset.sign_in(WORKER).home()
    handset.page.goto("/m/#/pages/hazards/snap")
    choose(handset, "snap-shoot", "navy")
    handset.at("snap-word").filter(has_text="漏水").click()
    handset.page.goto("about:blank")
    handset.page.goto("/m/#/pages/hazards/snap")
    expect(handset.at("photo")).to_have_count(1)
    expect(handset.at("snap-what").locator("textarea")).to_have_value("漏水")
    handset.at("snap-again").click()
    expect(handset.at("snap-shoot")).to_be_visible()


def test_what_is_there_already_is_shown_and_followed_instead(
    handset: Handset, officer: PhoneDoor, office: Office
) -> None:
    officer.snap("蒸柜门口地面有油", officer.place("食堂"))
    handset.sign_in(WORKER).home()
    handset.page.goto("/m/#/pages/hazards/snap")
    choose(handset, "snap-shoot", "yellow")
    handset.at("snap-word").filter(has_text="地面有油").click()
    pick(handset, "临江厂区", "公用", "食堂")
    handset.at("snap-send").click()
    same = handset.at("likely-item").filter(has_text="蒸柜门口")
    expect(same).to_be_visible()
    handset.sees("snap-likely")
    same.get_by_test_id("likely-same").click()
    expect(handset.at("snap-result-word")).to_have_text("已关注")
    assert len(office.rows("hazards", q="地面有油")) == 1
    handset.page.goto("/m/#/pages/tasks/index")
    handset.at("box-followed").click()
    expect(handset.at("task-row").filter(has_text="蒸柜门口")).to_be_visible()


def test_the_rectifier_submits_with_a_photo_and_the_reporter_sees_it_closed(
    live_server: Server, open_phone: Callable[..., Page], officer: PhoneDoor
) -> None:
    hazard = PhoneDoor(live_server, WORKER).snap("地沟盖板断了", officer.place("食堂"))
    officer.judge(hazard)
    chief = PhoneDoor(live_server, CHIEF)
    chief.arrange(hazard, "钱久安")

    rectifier = Handset(open_phone()).sign_in(RECTIFIER).home()
    expect(rectifier.at("todo-count")).to_be_visible()
    rectifier.at("go-tasks").click()
    rectifier.at("task-row").filter(has_text="地沟盖板断了").click()
    expect(rectifier.at("task-title")).to_contain_text("整改")
    rectifier.at("outcome-submit").click()
    rectifier.at("outcome-send").click()
    expect(rectifier.at("outcome-lacks")).to_contain_text("改好后的照片")
    choose(rectifier, "photo-camera", "green")
    rectifier.at("field-result").locator("textarea").fill("已换铸铁盖板")
    rectifier.sees("task-rectify")
    rectifier.at("outcome-send").click()
    expect(rectifier.at("task-done")).to_contain_text("提交整改")

    review = Handset(open_phone()).sign_in(CHIEF).home()
    review.page.goto(f"/m/#/pages/tasks/task?case={officer.ask('GET', f'/hazards/{hazard}/view')['case']}")
    expect(review.at("large-photo")).to_have_count(2)
    review.sees("task-review")
    review.at("outcome-send_back").click()
    review.at("outcome-comment").locator("textarea").fill("照片不清楚")
    chief.decide(chief.task(hazard), "pass")  # on another device, a moment earlier
    review.at("outcome-send").click()
    expect(review.at("task-who")).to_contain_text("复核通过")
    expect(review.at("outcome-send")).to_have_count(0)

    reporter = Handset(open_phone()).sign_in(WORKER).home()
    reporter.page.goto(f"/m/#/pages/hazards/hazard?id={hazard}")
    expect(reporter.at("hazard-state")).to_have_attribute("data-state", "closed")
    expect(reporter.at("hazard-became")).to_contain_text(re.compile("钱久安已整改完成"))
    expect(reporter.at("large-photo")).to_have_count(2)
    reporter.sees("hazard-closed")
