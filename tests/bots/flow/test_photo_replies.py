"""Photos in the chat belong together, none is lost, and a card of used ones offers nothing any more (E07, G02)."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from bots.incoming import photo_replies
from models.core.db.connection import in_transaction
from models.core.files import photos
from models.core.files.attachments import Attachment
from models.hazards.records import Hazard
from models.hazards.report.snapshot import snap
from models.messages.records import OpenReply
from tests.bots.flow.test_commands import ME, USERS, opens, owner, picture
from tests.bots.flow.test_updates import live
from tests.bots.flow.wired import Wired, last


def sent(wired: Wired, *shades: int) -> None:
    for shade in shades:
        wired.phone(ME).send_photo(picture(shade=shade))
        wired.work()


def of_link(card: Any, text: str) -> list[str]:
    return parse_qs(urlsplit(opens(card, text)).query)["photos"][0].split(",")


def ids() -> list[str]:
    return [str(row.id) for row in Attachment.select().order_by(Attachment.id)]


def test_of_two_photos_the_newest_card_has_both_and_the_older_says_so(wired: Wired) -> None:
    sent(wired, 1, 2)
    first, second = wired.phone(ME).cards()
    assert live(wired, ME) == [[], ["算了"]]
    assert "看最新的一张" in str(first["content"])
    assert of_link(second, "随手拍") == of_link(second, "事故快报") == ids()
    assert "共 2 张" in str(second["content"])


def test_whichever_card_is_opened_no_photo_is_lost(wired: Wired) -> None:
    wired.sandbox.fault("error", "/cgi-bin/message/update_template_card", status=502)
    sent(wired, 1, 2)
    older, newer = wired.phone(ME).cards()
    assert of_link(older, "随手拍") == ids()[:1], "as it was when it was sent"
    account = owner(wired).account_id
    for card in (older, newer):
        for button in ("随手拍", "事故快报"):
            path = in_transaction(photo_replies.path_now, opens(card, button), account)
            assert path == f"{opens(card, button).partition('?')[0]}?photos={','.join(ids())}"
    assert (
        in_transaction(photo_replies.path_now, opens(older, "随手拍"), account + 1) == "/pages/hazards/snap"
    )


def test_words_use_all_and_all_cards_end(wired: Wired) -> None:
    sent(wired, 1, 2)
    wired.phone(ME).say("电缆裸露")
    wired.work()
    hazard = Hazard.get()
    assert {row.row_id for row in Attachment.select()} == {hazard.id}
    wired.work()
    assert live(wired, ME)[:2] == [[], []]
    assert f"照片已用在隐患 {hazard.number}" in str(wired.phone(ME).cards()[1]["content"])
    path = in_transaction(
        photo_replies.path_now, f"/pages/hazards/snap?photos={ids()[0]}", owner(wired).account_id
    )
    assert path == f"/pages/hazards/hazard?id={hazard.id}", "an old link leads to what became of it"
    assert OpenReply.select().count() == 0


def test_used_in_the_form_the_card_ends_too(wired: Wired) -> None:
    sent(wired, 1)
    data = {"what": "积油", "photos": ids(), "company": str(wired.crowd.unit.id)}
    in_transaction(snap, owner(wired), data, key="form")
    wired.work()
    assert live(wired, ME) == [[]]


def test_a_photo_that_comes_a_moment_late_joins_its_report(wired: Wired, clock: Any) -> None:
    sent(wired, 1)
    wired.phone(ME).say("电缆裸露")
    wired.work()
    sent(wired, 2)
    card = wired.phone(ME).cards()[-1]
    assert live(wired, ME)[-1] == ["补到刚才的隐患", "算了"]
    heard = wired.post(wired.press_xml(card, "补到刚才的隐患", USERS[2]))
    assert "不是您发的" in heard.reply
    wired.phone(ME).press(card, "补到刚才的隐患")
    hazard = Hazard.get()
    assert photos.of("hazards", [hazard.id]).count() == 2
    assert "已补到" in str(wired.phone(ME).cards()[-1]["content"])
    wired.work()
    assert all(each == [] for each in live(wired, ME))


@pytest.mark.parametrize("late", ["judged", "after five minutes"])
def test_too_late_is_said_and_the_photo_stays(wired: Wired, clock: Any, late: str) -> None:
    sent(wired, 1)
    wired.phone(ME).say("电缆裸露")
    wired.work()
    sent(wired, 2)
    if late == "judged":
        Hazard.update(state="planning").execute()
    else:
        clock.forward(minutes=6)
    wired.phone(ME).press(wired.phone(ME).cards()[-1], "补到刚才的隐患")
    assert last().result == "too_late"
    assert Attachment.select().where(Attachment.row_id == 0).count() == 1


def test_to_let_it_be_throws_away_all_of_the_card(wired: Wired) -> None:
    sent(wired, 10, 90, 170)
    wired.phone(ME).press(wired.phone(ME).cards()[-1], "算了")
    assert Attachment.select().count() == 0
    assert "3 张照片已删除" in str(wired.phone(ME).cards()[-1]["content"])


def test_what_is_long_is_cut_so_that_the_address_holds(wired: Wired) -> None:
    wired.phone(ME).say("快报 " + "一号泵房触电有人受伤" * 19)
    wired.work()
    path = opens(wired.phone(ME).cards()[-1], "填写快报")
    assert path.startswith("/pages/accident/report?what=一号泵房触电有人受伤")
