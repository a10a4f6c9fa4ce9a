"""The commands of the chat: 上岗 我的证照 快报 今日 帮助, and what comes back for a photo or a place (L01, Q09, K03, G02)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from urllib.parse import quote, urlencode

from bots import links
from bots.card import Button, Card, Fact, Select, Tone
from bots.commands import CommandCall, command
from bots.commands.told import TODO, tasks_today
from models.accidents.alarm.contacts import CALL
from models.core import clock
from models.core.errors import AnbanError, Forbidden
from models.core.text.date_words import day
from models.duty import board, mine
from models.training.certificates.validity import TITLES

HOME, SCAN = "/pages/home/index", "/pages/scan/index"
REPORT, CERTIFICATES, LOG = "/pages/accident/report", "/pages/certificates/index", "/pages/log/index"
SNAP = "/pages/hazards/snap"
_SHOWN = 6
_ON_DUTY, _WITH_GREETING = 5, 3  # as many lines as fit with what stands beside them
_HELP = (
    ("上岗", "打开扫码"),
    ("快报", "上报事故，后面可以直接写情况，如：快报 1号泵房触电"),
    ("今日", "今天谁在岗"),
    ("我的证照", "证照有效到哪天"),
    ("待办", "等您办的事，最急的五件"),
    ("随手拍", "发现隐患就拍：发照片，再发一句话"),
)


def report_path(**fields: str) -> str:
    """The report's form, filled with what is known."""
    return _filled(REPORT, fields)


def snap_path(**fields: str) -> str:
    """The form of 随手拍, filled with what is known."""
    return _filled(SNAP, fields)


def _filled(path: str, fields: Mapping[str, str]) -> str:
    given = {name: value for name, value in fields.items() if value}
    while given:
        filled = f"{path}?{urlencode(given, quote_via=quote)}"
        if links.is_page(filled):
            return filled
        # A platform takes no longer address: what people wrote is cut, as they can write on in the form.
        longest = max(given, key=lambda name: len(given[name]))
        given[longest] = given[longest][:-10]
    return path


def card(
    asked: CommandCall, title: str, *, path: str = HOME, tone: Tone = "info", lead: str = "", number: str = "",
    facts: tuple[Fact, ...] = (), picture_id: int | None = None, buttons: tuple[Button, ...] = (),
    selects: tuple[Select, ...] = (), outcome: str = "",
) -> Card:  # fmt: skip
    """A card that answers what somebody said."""
    return Card(
        "chat", asked.inbound_id, 1, title, path=path, tone=tone, lead=lead, number=number, facts=facts, picture_id=picture_id,
        buttons=buttons, selects=selects, outcome=outcome,
    )  # fmt: skip


@command("clock-in", "上岗", "扫码", "扫一扫", "扫码上岗", "上岗扫码", "打卡", "签到")
def clock_in(asked: CommandCall) -> Card:
    """The scanner."""
    return card(
        asked,
        "扫码上岗",
        lead="点开后对准设备上的二维码",
        path=SCAN,
        buttons=(Button("打开扫码", path=SCAN),),
    )


@command("report", "快报", "事故快报", "事故", with_words=True)
def report(asked: CommandCall) -> Card:
    """The report's form, filled with the words that came after 快报."""
    path = report_path(what=asked.words[:200])
    lead = (
        f"已填好：{asked.words[:60]}"
        if asked.words
        else "先报清楚出了什么事、在哪里、有没有人受伤；不清楚的可以先不填"
    )
    return card(
        asked, "事故快报", lead=lead, path=path, tone="alarm", buttons=(Button("填写快报", path=path),)
    )


def report_refused(inbound_id: int, error: AnbanError) -> Card:
    """Somebody whom the house doesn't know, or no more, wants to report: why, how it goes all the same, and numbers to call."""
    lead = f"{error.title}：{error.cause}。点开后按“事故快报（不用登录）”照样能报。{CALL}"
    return Card(
        "chat",
        inbound_id,
        1,
        "事故快报",
        lead=lead,
        tone="alarm",
        path=REPORT,
        buttons=(Button("上报", path=REPORT),),
    )


@command("today", "今日", "今天", "今日上岗", "今天上岗", "谁在岗", "今天谁在岗", "看板", "今日看板")
def today(asked: CommandCall) -> Card:
    """How many of the unit are on duty, and who, as far as the asker may see."""
    return _on_duty(asked, _ON_DUTY)


def _on_duty(asked: CommandCall, most: int) -> Card:
    shown = board.today(asked.actor, company_id=asked.member.__data__["company"])
    people = [f"{each['since']} {each['name']} · {each['equipment']}" for each in shown["people"][:most]]
    more, unseen = shown["count"] - len(people), shown["whole"] - shown["count"]
    rest = [f"还有 {more} 人"] if more > 0 else []
    if unseen > 0:
        rest.append("按您的权限只列出这些，其他人不列名字" if people else "按您的权限不列别人的名字")
    lead = "\n".join([*people, *rest]) or "今天还没有人上岗"
    waits = tasks_today(asked)
    return card(
        asked, f"今日上岗 {max(shown['whole'], shown['count'])} 人", lead=lead, path=LOG,
        facts=(Fact("单位", shown["unit"]), Fact("日期", day(shown["day"])), *waits),
        buttons=(Button("上岗日志", path=LOG), *([Button("我的待办", path=TODO)] if waits else [])),
    )  # fmt: skip


def greeting(asked: CommandCall) -> Card:
    """For who opens the app the first time of a day: the day, and what else one can say here."""
    try:
        shown = _on_duty(asked, _WITH_GREETING)
    except Forbidden:
        return help_(asked)
    lead = f"{asked.member.person.name}，您好。发“帮助”看这里能办什么\n{shown.lead}"
    buttons = (Button("扫码上岗", path=SCAN), *shown.buttons)
    return replace(shown, title=f"今天：{shown.title.removeprefix('今日')}", lead=lead, buttons=buttons)


@command("certificates", "我的证照", "证照", "证书", "我的证书")
def certificates(asked: CommandCall) -> Card:
    """Until when the asker's certificates are valid, what needs care first."""
    held = mine.certificates(asked.actor)
    lines = [f"{each['code']} {each['project'] or each['number']}：{_until(each)}" for each in held[:_SHOWN]]
    if len(held) > _SHOWN:
        lines.append(f"还有 {len(held) - _SHOWN} 本")
    care = sum(each["state"] in ("expired", "expiring") for each in held)
    title = f"我的证照 {len(held)} 本" + (f"，{care} 本要留意" if care else "")
    return card(
        asked, title if held else "还没有登记证照", lead="\n".join(lines) or "请联系安全管理员登记，或匹配资质",
        path=CERTIFICATES, tone="warn" if care else "info", buttons=(Button("查看证照", path=CERTIFICATES),),
    )  # fmt: skip


def _until(held: dict[str, str]) -> str:
    if held["state"] == "valid":
        return f"有效至 {held['valid_until']}"
    return f"{TITLES[held['state']]}（{held['valid_until']}）"


@command("help", "帮助", "help", "?", "菜单", "怎么用", "你好", "您好", "在吗")
def help_(asked: CommandCall) -> Card:
    """What one can say here."""
    title = "没看懂这句话，您可以这样说" if asked.words else f"您好，{asked.member.person.name}。您可以这样说"
    lines = [f"{name}：{what}" for name, what in _HELP]
    buttons = (
        Button("扫码上岗", path=SCAN),
        Button("事故快报", path=REPORT),
        Button("随手拍", path=SNAP),
    )
    return card(asked, title, lead="\n".join(lines), buttons=buttons)


_NOT_TAKEN = {
    "voice": ("语音听不了，请打字告诉我", "也可以点下面的按钮"),
    "video": ("视频收不了，请改发照片", "照片可以放进事故快报"),
    "file": ("文件收不了，请改发照片", "照片可以放进事故快报，附件请在管理后台上传"),
    "link": ("链接打不开，请打字告诉我", "也可以点下面的按钮"),
}


def not_taken(asked: CommandCall, kind: str) -> Card:
    """Something was sent that nothing can be done with here: what to send instead."""
    title, why = _NOT_TAKEN.get(kind, ("这种消息看不了，请打字告诉我", "也可以点下面的按钮"))
    known = help_(asked)
    return replace(known, title=title, lead=f"{why}\n{known.lead}")


def place_of(asked: CommandCall, lng: float | None, lat: float | None, label: str) -> Card:
    """A place was sent: something may have happened there, or be wrong there."""
    where = {"lng": f"{lng:.6f}", "lat": f"{lat:.6f}"} if lng is not None and lat is not None else {}
    report, snap = report_path(place=label[:120], **where), snap_path(place=label[:120], **where)
    named = label[:60] if where else f"{label[:60]}\n没有收到坐标（手机没有定位），请在下面写清在哪里"
    lead = f"{named}\n这里有问题，可以随手拍；出了事故，请马上上报".strip()
    buttons = (Button("随手拍", path=snap), Button("上报事故", path=report))
    return card(asked, "收到您的位置", lead=lead, path=snap, buttons=buttons)


def photo_of(asked: CommandCall, photo_ids: Sequence[int]) -> Card:
    """A photo was sent: what is it? Nothing is reported before somebody says so. With it go those just before."""
    photos = ",".join(map(str, photo_ids))
    at = f"{clock.local(clock.now()):%H:%M}"
    count = f"，共 {len(photo_ids)} 张" if len(photo_ids) > 1 else ""
    lead = f"{at} 收到{count}。5 分钟内再发一句话（如：1号泵房 电缆裸露），就作为随手拍上报"
    return Card(
        "photo", asked.inbound_id, 1, "这张照片是什么？", lead=lead, tone="info", path=snap_path(photos=photos),
        buttons=(
            Button("事故快报", path=report_path(photos=photos), style="danger"),
            Button("随手拍", path=snap_path(photos=photos), style="primary"),
            Button("算了", "drop"),
        ),
    )  # fmt: skip
