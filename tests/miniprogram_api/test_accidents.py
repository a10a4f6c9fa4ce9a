"""The flash report by the phone's door: once, by whom, for whom, in which version, with which pictures (G02, X01)."""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image

from models.accidents.records import Accident
from models.administration.records import Account, Assignment
from models.administration.roles.roles import builtin
from models.core.clock import now
from models.core.files import stored
from models.messages.channels.records import Contact
from models.messages.escalation import running
from models.messages.escalation.records import Chain, ChainStep
from models.organization.records import Binding, Person
from tests.miniprogram_api.test_messages import token_of
from tests.support.doors import Call
from tests.support.people_to_tell import Crowd


def facts(**values: Any) -> dict[str, Any]:
    return {"what": "叉车撞人", "place": "7号门", "happened_at": now().isoformat(), **values}


def picture() -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (8, 8), (200, 30, 30)).save(target, "JPEG")
    return target.getvalue()


def form(content: bytes, name: str = "a.jpg") -> dict[str, Any]:
    """A multipart body with one file."""
    mark = b"anban-boundary"
    body = b"--%s\r\nContent-Disposition: form-data; name=\"file\"; filename=\"%s\"\r\n\r\n%s\r\n--%s--\r\n" % (
        mark, name.encode(), content, mark,
    )  # fmt: skip
    return {"json": body, "headers": {"Content-Type": f"multipart/form-data; boundary={mark.decode()}"}}


class Reporting:
    """Somebody's phone that reports."""

    def __init__(self, phone: Call, person: Person) -> None:
        self._phone, self.token = phone, token_of(person)

    async def report(self, key: str = "k1", **values: Any) -> Any:
        headers = {"Idempotency-Key": key}
        return await self._phone(
            "POST", "/accidents", token=self.token, json=facts(**values), headers=headers
        )

    async def __call__(self, method: str, path: str, **more: Any) -> Any:
        return await self._phone(method, path, token=self.token, **more)


@pytest.fixture
def mine(crowd: Crowd, phone: Call) -> Reporting:
    return Reporting(phone, crowd.person())


@pytest.mark.gen_test(timeout=20)
async def test_the_same_key_is_the_same_report(mine: Reporting, crowd: Crowd, phone: Call) -> None:
    first = await mine.report(deaths=0)
    again = await mine.report(deaths=0)
    assert (first.status, again.status) == (201, 200)
    assert first.json["id"] == again.json["id"]
    assert (first.json["created"], again.json["created"]) == (True, False)
    assert (first.json["deaths"], first.json["serious_injuries"]) == (0, None), "unknown is not 0"
    assert first.json["level_text"] == "一般事故（下界初判）"
    assert [duty["late"] for duty in first.json["duties"]] == [False] * len(first.json["duties"])
    other = Reporting(phone, crowd.person())
    assert (await other.report()).status == 201, "a key is its owner's"
    assert Accident.select().count() == 2
    missing = await mine("POST", "/accidents", json=facts())
    assert missing.status in (400, 422) and Accident.select().count() == 2


@pytest.mark.gen_test(timeout=20)
async def test_a_supplement_of_an_old_version_says_who_was_faster(mine: Reporting) -> None:
    made = (await mine.report()).json
    path = f"/accidents/{made['id']}"
    second = await mine("PUT", path, json={"version": 1, "deaths": 1})
    assert (second.status, second.json["version"], second.json["deaths"]) == (200, 2, 1)
    stale = await mine("PUT", path, json={"version": 1, "measures": "已送医"})
    assert (stale.status, stale.code) == (409, "changed_meanwhile")
    assert stale.json["error"]["details"]["version"] == 2
    assert "死亡" in stale.json["error"]["cause"]
    assert (await mine("PUT", path, json={"version": 1, "deaths": 1})).status == 200, (
        "a repeat of what is there"
    )
    fresh = await mine("PUT", path, json={"version": 2, "measures": "已送医"})
    assert (fresh.json["deaths"], fresh.json["measures"], fresh.json["version"]) == (1, "已送医", 3)


@pytest.mark.gen_test(timeout=20)
async def test_what_is_no_report(mine: Reporting, crowd: Crowd) -> None:
    stranger = crowd.person(unit=crowd.other)
    theirs = crowd.chat(crowd.other)
    tries = [
        ({"what": ""}, "what"),
        ({"category": "没有这类"}, "category"),
        ({"happened_at": "2020-01-01T00:00:00+08:00"}, "happened_at"),
        ({"receivers": {"persons": [str(stranger.id)], "ways": ["card"]}}, "receivers"),
        ({"receivers": {"groups": [str(theirs.id)], "ways": ["card"]}}, "receivers"),
        ({"company": str(crowd.other.id)}, "company"),
    ]
    for values, field in tries:
        answer = await mine.report(**values)
        assert answer.status == 422, (values, answer.body)
        assert any(name.startswith(field) for name in answer.json["error"]["fields"]), (values, answer.json)
    for values in ({"deaths": -1}, {"deaths": "3人"}, {"lng": 200, "lat": 1}, {"surprise": 1}):
        assert (await mine.report(**values)).status in (400, 422), values
    assert Accident.select().count() == 0


@pytest.mark.gen_test(timeout=20)
async def test_a_photo_that_has_gone_keeps_no_report_back_and_is_named(mine: Reporting) -> None:
    kept = (await mine("POST", "/photos", **form(picture()))).json["id"]
    for status in (201, 200):
        made = await mine.report(photos=["99999", kept])
        assert (made.status, made.json["photos_gone"]) == (status, ["99999"])
        assert [photo["id"] for photo in made.json["photos"]] == [kept]
    path = f"/accidents/{made.json['id']}"
    alone = await mine("PUT", path, json={"version": 1, "photos": ["99999"]})
    assert (alone.status, set(alone.json["error"]["fields"])) == (422, {"photos"}), "there is nothing to add"
    with_news = await mine("PUT", path, json={"version": 1, "photos": ["99999"], "deaths": 1})
    assert (with_news.status, with_news.json["photos_gone"], with_news.json["deaths"]) == (200, ["99999"], 1)
    assert "照片" not in with_news.json["versions"][-1]["changed"]


@pytest.mark.gen_test(timeout=20)
async def test_pictures(mine: Reporting, crowd: Crowd, phone: Call) -> None:
    first = await mine("POST", "/photos", **form(picture()))
    again = await mine("POST", "/photos", **form(picture()))
    assert (first.status, again.status) == (201, 201)
    assert first.json == again.json, "sent again after a lost answer"
    made = (await mine.report(photos=[first.json["id"]])).json
    url = made["photos"][0]["url"].removeprefix("/api/mp/v1")
    seen = await mine("GET", url)
    assert (seen.status, seen.headers["Content-Type"]) == (200, "image/jpeg")
    assert (await phone("GET", url)).status == 401, "a picture of an accident is not for everybody"
    assert (await Reporting(phone, crowd.person())("GET", url)).status == 404
    assert (await phone("GET", f"{url}?size=thumbnail")).status == 401
    assert (await Reporting(phone, crowd.person())("GET", f"{url}?size=thumbnail")).status == 404
    for accepted, kind in (("image/webp,*/*", "image/webp"), ("*/*", "image/jpeg"), ("", "image/jpeg")):
        small = await mine("GET", f"{url}?size=thumbnail", headers={"Accept": accepted})
        assert (small.status, small.headers["Content-Type"]) == (200, kind)
        assert len(small.body) <= 13_500
        assert small.headers["Vary"] == "Accept"

    path = f"/accidents/{made['id']}/photos"
    for content, status, code in (
        (b"%PDF-1.4", 415, "not_a_photo"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", 415, "heic"),
    ):
        refused = await mine("POST", path, **form(content))
        assert (refused.status, refused.code) == (status, code)
        assert refused.json["error"]["advice"]
    assert (await mine("POST", path, **form(picture()))).status == 201
    assert len((await mine("GET", f"/accidents/{made['id']}")).json["photos"]) == 1


@pytest.mark.gen_test(timeout=20)
async def test_who_was_told_answers_and_who_was_not_does_not(
    mine: Reporting, crowd: Crowd, phone: Call
) -> None:
    made = (await mine.report()).json
    worker, stranger = crowd.person(), crowd.person(unit=crowd.other)
    crowd.tell(worker, subject_id=int(made["id"]))
    told = Reporting(phone, worker)
    path = f"/accidents/{made['id']}"
    answered = await told("POST", f"{path}/answers", json={"answer": "on_site"})
    assert (answered.status, answered.json["mine"]["answer"]) == (200, "on_site")
    assert answered.json["told"] == {"total": 1, "acknowledged": 1, "on_site": 1, "need_help": 0}
    lower = await told("POST", f"{path}/answers", json={"answer": "received"})
    assert lower.json["mine"]["answer"] == "on_site", "never lowered"
    assert (await told("POST", f"{path}/answers", json={"answer": "maybe"})).status == 422
    assert (await Reporting(phone, stranger)("GET", path)).status == 404
    assert (
        await Reporting(phone, stranger)("POST", f"{path}/answers", json={"answer": "received"})
    ).status == 404
    for act, body in (("closing", {"closing": "好了"}), ("duties/1", {})):
        assert (await told("POST", f"{path}/{act}", json=body)).status == 403, act
    Binding.update(state="ended").where(Binding.person == worker.id).execute()
    assert (await told("POST", f"{path}/answers", json={"answer": "need_help"})).status in (403, 404)


@pytest.mark.gen_test(timeout=20)
async def test_an_officer_ends_it_on_the_phone(crowd: Crowd, phone: Call) -> None:
    person = crowd.person(role="safety_officer")
    account = Account.get(Account.id == person.account_id)
    Assignment.create(account_id=account.id, role=builtin("safety_officer"), company_id=crowd.unit.id)
    officer = Reporting(phone, person)
    made = (await officer.report()).json
    assert made["can"] == {"update": True, "correct": True, "tell_all": False, "close": True, "do_duty": True}
    path = f"/accidents/{made['id']}"
    done = await officer("POST", f"{path}/duties/1", json={"note": "电话报告值班室"})
    assert done.json["duties"][0]["done_by"] == person.name
    assert (await officer("POST", f"{path}/closing", json={"closing": ""})).status == 422
    ended = await officer("POST", f"{path}/closing", json={"closing": "伤者已出院"})
    assert (ended.json["state"], ended.json["closing"]) == ("closed", "伤者已出院")
    assert (await officer("POST", f"{path}/closing", json={"closing": "再来"})).status == 409


@pytest.mark.gen_test(timeout=20)
async def test_the_form_is_told_the_classes(mine: Reporting) -> None:
    grades = (await mine("GET", "/accidents/options")).json["grades"]
    assert [one["level"] for one in grades] == ["一般", "较大", "重大", "特别重大"]
    assert grades[1] == {"level": "较大", "deaths": 3, "serious_injuries": 10, "direct_loss_wan": 1000}


@pytest.mark.gen_test(timeout=20)
async def test_a_picture_comes_once_and_is_asked_for_each_time(
    mine: Reporting, crowd: Crowd, phone: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The browser keeps it; whoever may see it no more is not told that it may be shown again."""
    photo = (await mine("POST", "/photos", **form(picture()))).json["id"]
    for url in (f"/photos/{photo}", f"/photos/{photo}?size=screen", f"/photos/{photo}?size=thumbnail"):
        first = await mine("GET", url)
        assert first.headers["Cache-Control"] == "private, no-cache"
        kept = {"If-None-Match": first.headers["Etag"]}
        with monkeypatch.context() as patched:
            patched.setattr(stored, "read", None)  # nothing is read for what the browser has
            again = await mine("GET", url, headers=kept)
        assert (again.status, again.body) == (304, b"")
        assert again.headers["Etag"] == first.headers["Etag"]
        assert (await Reporting(phone, crowd.person())("GET", url, headers=kept)).status == 404
    tags = {
        (await mine("GET", f"/photos/{photo}?size=thumbnail", headers={"Accept": each})).headers["Etag"]
        for each in ("image/webp", "*/*")
    }
    assert len(tags) == 2, "an old phone's picture is never taken for the other"


@pytest.mark.gen_test(timeout=20)
async def test_who_stands_in_for_several_answers_for_each_by_a_press_of_its_own(
    crowd: Crowd, phone: Call, clock: Any
) -> None:
    deputy, worker, other, third = (crowd.person() for _ in range(4))
    for absent in (worker, other):
        Contact.create(company=crowd.unit, person=absent.id, deputy=deputy.id)
    reporter = Reporting(phone, third)
    made = (await reporter.report()).json["id"]
    chain = Chain.create(company=crowd.unit, name="升级", stop_when="each")
    ChainStep.create(company=crowd.unit, chain=chain, sequence=1, wait_minutes=2, who="deputy", way="card")
    crowd.tell(worker, other, subject_id=int(made), chain_id=chain.id)
    clock.forward(minutes=2)
    running.take_steps()
    desk = Reporting(phone, deputy)
    shown = (await desk("GET", f"/accidents/{made}")).json
    assert [(each["name"], each["state"]) for each in shown["stands_for"]] == [
        (worker.name, "waits"), (other.name, "waits"),
    ]  # fmt: skip
    listed = (await desk("GET", "/messages")).json["items"][0]
    assert listed["stands_for"] == [worker.name, other.name]
    mine = await desk("POST", f"/accidents/{made}/answers", json={"answer": "received"})
    assert [each["state"] for each in mine.json["stands_for"]] == ["waits", "waits"], (
        "that was for themselves"
    )
    first, second = (each["notice"] for each in shown["stands_for"])
    for _ in range(2):  # twice does nothing twice
        done = await desk("POST", f"/accidents/{made}/stands-for/{first}")
        assert [each["state"] for each in done.json["stands_for"]] == ["answered", "waits"]
    stranger = await reporter("POST", f"/accidents/{made}/stands-for/{second}")
    assert (stranger.status, stranger.code) == (403, "not_told")
    assert (await desk("POST", f"/accidents/{made}/stands-for/nonsense")).status == 404
    own = Reporting(phone, other)
    await own("POST", f"/accidents/{made}/answers", json={"answer": "on_site"})
    late = await desk("POST", f"/accidents/{made}/stands-for/{second}")
    assert (late.status, late.code) == (409, "already_answered")
