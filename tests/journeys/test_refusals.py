"""Every refusal on the phone's screen: what is wrong, why, what to do, and one button that leads out (Q09)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.handset import Handset
from tests.journeys.labels import code_of, foreign_code
from tests.journeys.office import CHOSEN, Office
from tests.journeys.people import newcomer
from tests.journeys.seeing import until
from tests.support.page_checks import Watch
from tests.support.started_program import Server

DRIVER, UNBOUND, WAITING, EXPIRED = "19900000011", "19900000013", "19900000014", "19900000015"
HARBOUR_OFFICER = "19900000002"
WITHDRAWN, LIMITED, DISMISSED = newcomer(40, "卫长风"), newcomer(41, "安定国"), newcomer(42, "庄别离")
ENDED = newcomer(43, "云归田")


@dataclass(frozen=True)
class Refusal:
    """Who scans what, what is answered, and where its button leads."""

    code: str
    title: str
    says: str
    advice: str
    leads: str
    what: str
    who: str = DRIVER
    kind: str = "bad"


REFUSALS = (
    Refusal("unknown_qr", "没有认出这个二维码", "不是本系统登记过的", "再扫一次", "type_code", "ZZZZZ-ZZZZ0"),
    Refusal("equipment_other_unit", "这不是本单位的设备", "登记在别的单位", "申请绑定", "retry_scan", "海屿"),
    Refusal("equipment_stopped", "设备已停用", "“8号叉车”登记为停用", "请勿使用", "call_officer", "8号叉车"),
    Refusal("equipment_scrapped", "设备已报废", "“9号叉车”登记为报废", "请勿使用", "call_officer", "9号叉车"),
    Refusal("certificate_missing", "没有对应的证书", "需要 Q2（起重机司机）证", "请勿操作", "certificates", "1号桥式起重机"),
    Refusal("use_maintenance_scan", "电梯请用“扫码维保”", "以维保方式考核", "扫码维保", "home", "1号载货电梯",
            kind="calm"),
    Refusal("no_operator_needed", "这台不用扫码打卡", "登记为不是快开门式", "请问本单位安全管理员", "home", "1号储气罐",
            kind="calm"),
    Refusal("certificate_expired", "证书已过期", "有效期到", "请勿操作", "certificates", "1号叉车", EXPIRED),
    Refusal("binding_waiting", "绑定申请还在审核", "还没有通过", "尽快审核", "call_officer", "1号叉车", WAITING),
    Refusal("binding_refused", "您已不在这个单位", "已解除", "重新申请", "bind", "1号叉车", UNBOUND),
    Refusal("certificate_revoked", "证书已注销", "已被注销", "请勿操作", "certificates", "1号叉车",
            WITHDRAWN.phone),
    Refusal("certificate_limited", "证书不包括这种设备", "限桥式起重机", "请勿操作", "certificates",
            "1号门式起重机", LIMITED.phone),
)  # fmt: skip
PLACES = {
    "type_code": ("code-input", None),
    "retry_scan": ("page-title", "扫码上岗"),
    "certificates": ("page-title", "我的证照"),
    "bind": ("unit-search", None),
    "home": ("today-state", None),
}


@pytest.fixture(scope="module")
def labels(live_server: Server, office: Office) -> dict[str, str]:
    """The codes of all machines of the cases, and the people of the cases who are not in the demo."""
    codes = {one.what: office.label(one.what) for one in REFUSALS if one.what.startswith(tuple("0123456789"))}
    codes["海屿"] = Office(live_server, HARBOUR_OFFICER).label("1号叉车")
    certificates = office.hire(live_server, WITHDRAWN, code="N1"), office.hire(live_server, LIMITED, code="Q2",
                                                                              limits="限桥式起重机")  # fmt: skip
    (withdrawn,) = office.rows("certificates", **{"f.person": certificates[0]})
    office.act("certificates", "revoke", withdrawn["id"])
    return codes


@pytest.fixture(scope="module")
def kept() -> dict[str, dict]:
    """What phones that signed in before have stored, by login."""
    return {}


@pytest.fixture
def phone_of(open_phone: Callable[..., Page], kept: dict[str, dict]) -> Callable[[str], Handset]:
    """A function that gives somebody's phone, signed in."""

    def phone(login: str) -> Handset:
        if login in kept:
            handset = Handset(open_phone(storage_state=kept[login]))
            return handset.go_home()
        handset = Handset(open_phone())
        mine = {person.phone for person in (WITHDRAWN, LIMITED, DISMISSED)}
        handset.sign_in(login, CHOSEN) if login in mine else handset.sign_in(login)
        handset.home()
        kept[login] = handset.page.context.storage_state()
        return handset

    return phone


def check(handset: Handset, refusal: Refusal) -> None:
    """The screen says the refusal in three parts, in words for those who wear gloves."""
    answer = handset.answer()
    expect(answer).to_have_attribute("data-code", refusal.code)
    expect(answer).to_have_attribute("data-kind", refusal.kind)
    expect(handset.at("result-word")).to_have_text(refusal.title)
    expect(handset.at("result-text")).to_contain_text(refusal.says)
    expect(handset.at("result-text")).to_contain_text(refusal.advice)
    assert handset.at("result-word").evaluate("word => parseFloat(getComputedStyle(word).fontSize)") >= 32
    handset.sees(f"refused-{refusal.code}")


def leave(handset: Handset, leads: str) -> None:
    """The one button is there and leads where it says."""
    button = handset.at("result-action")
    expect(button).to_have_count(1)
    expect(button).to_have_attribute("data-action", leads)
    if leads == "call_officer":
        calls(handset)
        return
    button.click()
    testid, text = PLACES[leads]
    expect(handset.at(testid)).to_be_visible()
    if text:
        expect(handset.at(testid)).to_have_text(text)
    expect(handset.at("result")).to_have_count(0)


def calls(handset: Handset) -> None:
    """The button opens the dialler with the officer's number."""
    asked: list[str] = []
    wire = handset.page.context.new_cdp_session(handset.page)
    wire.send("Page.enable")
    wire.on("Page.frameRequestedNavigation", lambda event: asked.append(event["url"]))
    handset.at("result-action").click()
    until(handset.page, lambda: bool(asked))
    assert asked == ["tel:19900000001"]


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda refusal: refusal.code)
def test_a_refusal_says_all_and_leads_out(
    refusal: Refusal, labels: dict[str, str], phone_of: Callable[[str], Handset], office: Office
) -> None:
    handset = phone_of(refusal.who)
    before = office.rows("clock-ins")[0]["id"]
    handset.type_code(labels.get(refusal.what, refusal.what))
    check(handset, refusal)
    leave(handset, refusal.leads)
    if refusal.leads != "call_officer":
        # What was read and left by hand is done with: no queue nags about it.
        handset.go_home()
        expect(handset.at("queue-note")).to_have_count(0)
    assert office.rows("clock-ins")[0]["id"] == before


@pytest.mark.parametrize("how", ["gbk", "utf-8", "inverted"])
def test_the_camera_reads_a_code_however_it_was_made(
    how: str, office: Office, handset_with_camera: Callable[..., Handset]
) -> None:
    number = office.row("equipment", "2号叉车")["values"]["use_cert_no"]
    said = f"特种设备使用标志 使用登记证编号：{number}".encode("gbk" if how == "gbk" else "utf-8")
    handset = handset_with_camera(code_of(said, inverted=how == "inverted"))
    handset.sign_in(DRIVER).home()
    handset.at("scan-button").click()
    expect(handset.answer()).to_have_attribute("data-kind", re.compile("good|calm"))
    handset.leave_result()
    expect(handset.at("today-line")).to_contain_text("2号叉车")


def test_the_camera_on_somebody_elses_code(
    labels: dict[str, str], handset_with_camera: Callable[..., Handset]
) -> None:
    handset = handset_with_camera(foreign_code("https://pay.example.com/q/778899"))
    handset.sign_in(DRIVER).home()
    handset.at("scan-button").click()
    check(handset, REFUSALS[0])
    leave(handset, "type_code")
    # The number on the government's plate does as well.
    handset.write("code-input", "https://tzsb.example.gov.cn/none")
    handset.at("code-send").click()
    expect(handset.answer()).to_have_attribute("data-code", "unknown_qr")


def test_somebody_without_any_unit(
    open_phone: Callable[..., Page], live_server: Server, office: Office
) -> None:
    """Entered by mistake and deleted again: the account is there, and no unit."""
    office.delete("persons", office.hire(live_server, DISMISSED))
    handset = Handset(open_phone()).sign_in(DISMISSED.phone, CHOSEN).home()
    handset.stands("no_unit", "未绑定单位")
    handset.type_code(office.label("1号叉车"))
    check(handset, Refusal("not_bound", "未绑定单位", "还没有单位", "申请绑定", "bind", ""))
    leave(handset, "bind")


def test_somebody_dismissed_while_the_app_is_open(
    open_phone: Callable[..., Page], live_server: Server, office: Office
) -> None:
    file = office.hire(live_server, ENDED)
    handset = Handset(open_phone()).sign_in(ENDED.phone, CHOSEN).home()
    handset.at("scan-button").click()
    handset.at("scan-type").click()
    handset.write("code-input", office.label("1号叉车"))
    office.act("persons", "end", file, reason="已离职")
    handset.at("code-send").click()
    # With the only unit falls the session (I6); the scan is not lost, and who signs in again is told why it counts not.
    expect(handset.at("session-ended")).to_contain_text("记下的 1 次扫码还在", timeout=15_000)
    handset.write("password", CHOSEN)
    handset.at("sign-in").click()
    check(handset, Refusal("binding_refused", "您已不在这个单位", "已解除", "重新申请", "bind", ""))
    leave(handset, "bind")


SHIFTED = """
(() => {
  const Real = Date
  const shift = () => Number(localStorage.getItem('test-clock') ?? 0)
  class Shifted extends Real {
    constructor(...given) { given.length ? super(...given) : super(Real.now() + shift()) }
    static now() { return Real.now() + shift() }
  }
  globalThis.Date = Shifted
})()
"""


def turn(handset: Handset, minutes: float) -> None:
    """Put the phone's clock this far ahead."""
    handset.page.evaluate("ms => localStorage.setItem('test-clock', ms)", str(round(minutes * 60_000)))


@pytest.mark.parametrize("minutes", [20, -20], ids=["fast", "slow"])
def test_a_phone_whose_clock_is_wrong(
    minutes: int, labels: dict[str, str], phone_of: Callable[[str], Handset], office: Office
) -> None:
    handset = phone_of(DRIVER)
    handset.page.add_init_script(SHIFTED)
    turn(handset, minutes)
    handset.page.reload()
    handset.home()
    expect(handset.at("clock-warning")).to_contain_text("手机时间快了" if minutes > 0 else "手机时间慢了")
    handset.sees(f"clock-{minutes}")
    handset.type_code(labels["1号叉车"])
    check(handset, Refusal("clock_wrong", "手机时间不对", "相差超过", "自动设置时间", "fix_clock", ""))
    button = handset.at("result-action")
    expect(button).to_have_attribute("data-action", "fix_clock")
    button.click()
    expect(handset.at("scan-type")).to_be_visible()
    turn(handset, 0)
    handset.at("scan-type").click()
    handset.write("code-input", labels["1号叉车"])
    handset.at("code-send").click()
    expect(handset.answer()).to_have_attribute("data-kind", "good")


def test_a_scan_that_waited_for_days(
    labels: dict[str, str], phone_of: Callable[[str], Handset], watch: Watch
) -> None:
    watch.allow("ERR_INTERNET_DISCONNECTED")
    handset = phone_of(DRIVER)
    handset.page.add_init_script(SHIFTED)
    turn(handset, -10 * 24 * 60)
    handset.page.goto("about:blank")
    handset.page.goto("/m/#/pages/scan/type")
    handset.write("code-input", labels["1号叉车"])
    handset.page.context.set_offline(True)
    handset.at("code-send").click()
    expect(handset.answer()).to_have_attribute("data-kind", "kept")
    turn(handset, 0)
    handset.page.context.set_offline(False)
    check(handset, Refusal("scan_too_old", "扫码时间太早", "不能再补传", "补登记", "call_officer", ""))


def test_a_refusal_that_nobody_reads_stays_in_the_queue(
    labels: dict[str, str], phone_of: Callable[[str], Handset]
) -> None:
    handset = phone_of(DRIVER)
    handset.type_code(labels["8号叉车"])
    expect(handset.at("result")).to_have_attribute("data-code", "equipment_stopped")
    handset.page.goto("/m/#/")
    handset.page.reload()
    handset.home()
    expect(handset.at("queue-refused")).to_contain_text("1")
    expect(handset.at("queue-failed")).to_have_count(0)  # nothing of it can be sent again
    handset.at("queue-note").click()
    item = handset.at("queue-item")
    expect(item).to_have_attribute("data-state", "failed")
    expect(item).to_contain_text("设备已停用")
    handset.sees("refused-in-queue")
    handset.at("queue-dismiss").click()
    expect(handset.at("queue-empty")).to_be_visible()
