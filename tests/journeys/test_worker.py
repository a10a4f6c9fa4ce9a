"""A worker from the first password to the log: scanning, links, typing, without a signal, without a unit (Q06–Q10)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys.desk import Desk
from tests.journeys.handset import Handset
from tests.journeys.labels import cut_out
from tests.journeys.office import CHOSEN, Office, settle
from tests.journeys.people import fill, newcomer
from tests.support.browsers import Chromium
from tests.support.page_checks import Watch
from tests.support.started_program import Server

WORKER, COLLEAGUE = newcomer(20, "岳平安"), newcomer(21, "齐同辉")
#: Whose day begins without a signal: what their phone says of today is of their own scans alone, in whatever order.
CELLAR, CLOSED = newcomer(22, "季同舟"), newcomer(23, "路归晚")
MACHINES = ("晨光一号叉车", "晨光二号叉车", "晨光三号叉车", "晨光四号叉车", "晨光五号叉车")


@dataclass
class Prepared:
    """What the officer has done before the worker comes."""

    sheet: Path
    codes: dict[str, str]

    def link(self, server: Server, name: str) -> str:
        """What the label of a machine says."""
        return f"{server.url}/e/{self.codes[name].replace('-', '')}"


@pytest.fixture(scope="module")
def prepared(
    live_server: Server, chromium: Chromium, office: Office, tmp_path_factory: pytest.TempPathFactory
) -> Prepared:
    """The worker imported from Excel, a certificate entered by hand, forklifts with a printed sheet of labels."""
    folder, watch = tmp_path_factory.mktemp("prepared"), Watch()
    desk = Desk(chromium.console(live_server, watch)).sign_in().open("persons")
    desk.at("import").click()
    sheet = fill(
        desk.file_of("import-template", folder),
        [tuple(each) for each in (WORKER, COLLEAGUE, CELLAR, CLOSED)],
        folder / "新员工.xlsx",
    )
    desk.upload(sheet)
    desk.at("import-options").locator("label").filter(
        has_text="身份证号后 6 位"
    ).click()  # as these workers were told
    expect(desk.commit()).to_contain_text("新增 4 人")
    desk.at("import-close").click()

    desk.open("certificates").at("new").click()
    desk.choose("person", WORKER.name)
    desk.box("number").fill(f"T{WORKER.number}")
    desk.box("code").fill("N1")
    desk.box("valid_until").fill("2029-06-30")
    desk.box("valid_until").press("Tab")
    desk.sees("worker-certificate-form")
    desk.save()

    for each in (COLLEAGUE, CELLAR, CLOSED):
        settle(live_server, each)
        file = office.row("persons", each.name)["id"]
        office.add("certificates", person=file, number=f"T{each.number}", code="N1", valid_until="2029-06-30")
    kind = office.rows("equipment", q="1号叉车")[0]["values"]["type"]["id"]
    codes = {
        name: office.add("equipment", name=name, type=kind, location="晨光仓库")["values"]["label"]
        for name in MACHINES
    }
    desk.open("equipment").search("晨光")
    for name in MACHINES:
        desk.row(name).locator("input[type=checkbox]").check()
    desk.at("bulk-labels").click()
    desk.radio("format", "PNG 图片")
    png = desk.file_of_job("action-confirm", folder)
    desk.page.context.close()
    assert watch.problems() == []
    return Prepared(png, codes)


@pytest.fixture
def colleague(prepared: Prepared, handset: Handset) -> Handset:
    """The phone of somebody who has signed in before."""
    return handset.sign_in(COLLEAGUE.phone, CHOSEN).home()


def test_the_first_morning_from_the_first_password_to_the_log(
    prepared: Prepared, handset_with_camera: Callable[..., Handset], live_server: Server
) -> None:
    name = MACHINES[0]
    phone = handset_with_camera(cut_out(prepared.sheet, prepared.link(live_server, name)))
    phone.sign_in(WORKER.phone, WORKER.first_password)
    change_password(phone)
    phone.home()
    expect(phone.at("home-unit")).to_contain_text("江澜重工机械有限公司")
    phone.stands("off")
    phone.sees("worker-home")

    phone.at("scan-button").click()
    answer = phone.answer()
    expect(answer).to_have_attribute("data-kind", "good")
    expect(phone.at("result-word")).to_have_text("已上岗")
    size = phone.at("result-word").evaluate("word => parseFloat(getComputedStyle(word).fontSize)")
    assert size >= 40, "not to be read at arm's length"
    for fact in (WORKER.name, name, "N1 叉车司机", "2029-06-30", "今天"):
        expect(phone.at("result-facts")).to_contain_text(fact)
    phone.sees("worker-result")
    phone.leave_result().stands("on_duty")
    expect(phone.at("today-title")).to_contain_text("已上岗")
    expect(phone.at("today-line")).to_contain_text(name)
    phone.sees("worker-home-on-duty")
    phone.at("go-log").click()
    expect(phone.at("clock-in")).to_have_count(1)
    expect(phone.at("clock-in")).to_contain_text(name)
    expect(phone.at("log-today")).to_contain_text("已上岗")
    phone.sees("worker-log")


def change_password(phone: Handset) -> None:
    """The first password must go; weak ones are refused with the reason."""
    expect(phone.at("password-invited")).to_contain_text("江澜重工机械有限公司请您")
    phone.sees("worker-password-due")
    weak = {"aB1!": "至少 8 位", "abcdefg12": "至少三种", f"{WORKER.phone}aA!": "不含手机号"}
    for password, reason in weak.items():
        phone.write("password-new", password)
        phone.write("password-again", password)
        broken = phone.page.locator("[data-testid=password-rules] .rule:not(.met)")
        expect(broken).to_contain_text([reason])  # that one, and no other
        expect(phone.at("password-save")).to_have_attribute("disabled", "true")
    phone.sees("worker-password-rules")
    phone.write("password-new", "Password123!")  # all that the phone can count is there; the server knows it
    phone.write("password-again", "Password123!")
    phone.at("password-save").click()
    expect(phone.at("password-new-wrong")).to_be_visible()
    phone.sees("worker-password-weak")
    phone.write("password-new", CHOSEN)
    phone.write("password-again", CHOSEN)
    phone.at("password-save").click()


def test_a_link_asks_first_and_then_takes_one_tap(
    prepared: Prepared, colleague: Handset, live_server: Server,
    office: Office,
) -> None:  # fmt: skip
    name = MACHINES[1]
    handset = colleague
    handset.page.goto(prepared.link(live_server, name))
    expect(handset.at("confirm-name")).to_have_text(name)
    expect(handset.at("confirm-code")).to_have_text(prepared.codes[name])
    expect(handset.at("confirm-button")).to_be_visible()
    handset.sees("worker-confirm")
    assert office.rows("clock-ins", q=name) == [], "a link alone has clocked somebody in"
    handset.at("confirm-button").click()
    expect(handset.answer()).to_have_attribute("data-kind", "good")
    expect(handset.at("result-facts")).to_contain_text(name)
    assert len(office.rows("clock-ins", q=name)) == 1


def test_a_typed_code_counts_as_a_scan_and_a_second_one_gives_the_same_record(
    prepared: Prepared, colleague: Handset, office: Office
) -> None:
    name = MACHINES[2]
    handset = colleague
    handset.at("scan-button").click()
    expect(handset.at("scan-note")).to_be_visible()  # no camera: it says so, and offers to type
    handset.sees("worker-no-camera")
    handset.at("scan-type").click()
    handset.write("code-input", prepared.codes[name].lower().replace("-", " "))
    expect(handset.at("code-read")).to_contain_text(prepared.codes[name])
    handset.sees("worker-type")
    handset.at("code-send").click()
    expect(handset.answer()).to_have_attribute("data-kind", "good")
    expect(handset.at("result-word")).to_have_text("已上岗")
    (row,) = office.rows("clock-ins", q=name)
    handset.leave_result()

    # The phone tells two scans from one that was sent twice by their seconds.
    moment = row["values"]["scanned_at"]
    handset.page.wait_for_function("moment => Date.now() > Date.parse(moment) + 1000", arg=moment)
    again = handset.type_code(prepared.codes[name])
    expect(again).to_have_attribute("data-kind", "good")
    expect(handset.at("result-word")).to_have_text("今天已经上过岗")
    expect(handset.at("result-text")).to_have_text(moment[11:16])
    handset.sees("worker-second-scan")
    assert [one["id"] for one in office.rows("clock-ins", q=name)] == [row["id"]]


def test_without_a_signal_the_scan_is_kept_and_goes_out_once(
    prepared: Prepared, handset: Handset, office: Office, watch: Watch
) -> None:
    watch.allow("ERR_INTERNET_DISCONNECTED")
    name = MACHINES[3]
    handset.sign_in(CELLAR.phone, CHOSEN).home()
    sent: list[str] = []
    handset.page.context.on(
        "requestfinished",
        lambda request: (
            sent.append(request.headers["idempotency-key"])
            if request.method == "POST" and request.url.endswith("/clock-ins")
            else None
        ),
    )
    handset.at("scan-button").click()
    handset.at("scan-type").click()
    handset.write("code-input", prepared.codes[name])
    handset.page.context.set_offline(True)
    handset.at("code-send").click()
    expect(handset.answer()).to_have_attribute("data-kind", "kept")
    expect(handset.at("result-word")).to_contain_text("已记下")
    handset.sees("worker-kept")
    handset.leave_result()
    expect(handset.at("queue-waiting")).to_contain_text("1")
    handset.stands("kept")
    handset.sees("worker-home-queue")
    handset.at("queue-note").click()
    expect(handset.at("queue-item")).to_have_attribute("data-state", "waiting")
    handset.sees("worker-queue")
    assert office.rows("clock-ins", q=name) == []

    handset.page.context.set_offline(False)
    expect(handset.at("queue-empty")).to_be_visible(timeout=20_000)
    handset.at("back").click()
    expect(handset.home().at("queue-note")).to_have_count(0)
    handset.stands("on_duty")
    (row,) = office.rows("clock-ins", q=name)
    assert row["values"]["late"] is False
    assert len(sent) == 1


def test_a_closed_app_keeps_its_queue(
    prepared: Prepared, handset: Handset, office: Office, watch: Watch
) -> None:
    watch.allow("ERR_INTERNET_DISCONNECTED")
    name = MACHINES[4]
    handset.sign_in(CLOSED.phone, CHOSEN).home()
    handset.page.goto("/m/#/pages/scan/type")
    handset.write("code-input", prepared.codes[name])
    handset.page.context.set_offline(True)
    handset.at("code-send").click()
    expect(handset.answer()).to_have_attribute("data-kind", "kept")
    handset.page.close()
    handset.page.context.set_offline(False)
    later = Handset(handset.page.context.new_page())
    later.page.goto("/m/")
    later.home()
    expect(later.at("queue-note")).to_have_count(0, timeout=20_000)
    assert len(office.rows("clock-ins", q=name)) == 1


def test_who_has_no_unit_applies_is_approved_and_scans(
    prepared: Prepared, handset: Handset, desk: Desk, office: Office
) -> None:
    handset.sign_in("19900000013").home()
    handset.stands("no_unit", "未绑定单位")
    handset.sees("worker-no-unit")
    desk.sign_in().open("bindings")

    handset.at("bind-button").click()
    handset.write("unit-search", "江澜重工")
    handset.at("unit-found").click()
    handset.write("apply-note", "原来的叉车司机，回来上班")
    handset.sees("worker-apply")
    handset.at("apply-send").click()
    expect(handset.at("applied")).to_have_attribute("data-state", "waiting")
    handset.sees("worker-applied")
    handset.at("applied-home").click()
    handset.home().stands("waiting", "等待审核")

    row = desk.rows("赵远行")
    expect(row).to_have_attribute("data-tone", "bad")  # comes by itself, and is red
    expect(desk.cell(row, "state")).to_contain_text("待审核")
    desk.sees("worker-waiting-row")
    row.get_by_test_id("action-approve").click()
    expect(desk.cell(row, "state")).to_contain_text("已绑定")

    person = office.row("persons", "赵远行")
    assert person["values"]["binding_state"] == "approved"
    handset.page.reload()
    handset.home().stands("off")
    expect(handset.type_code(prepared.codes[MACHINES[0]])).to_have_attribute("data-kind", "good")
    expect(handset.at("result-facts")).to_contain_text("赵远行")
