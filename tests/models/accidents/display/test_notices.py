"""Who was told of an accident, in numbers and in words: what counts, and what is somebody else's (G02)."""

from __future__ import annotations

import pytest

from models.accidents.access import HELP
from models.accidents.display.notices import asking, in_stead, last_answers, mine, told_counts, told_whom
from models.accidents.records import Accident
from models.core import clock
from models.messages.records import Message, Notice
from tests.models.accidents.conftest import Scene
from tests.support.people_to_tell import Crowd

pytestmark = pytest.mark.one_engine
NOBODY = {"total": 0, "acknowledged": 0, "on_site": 0, "need_help": 0}


def test_what_counts_is_the_last_that_asked_each(scene: Scene) -> None:
    accident, other = scene.report(1, key="a"), scene.report(1, key="b")
    (first, boss) = scene.tell(accident, scene.worker, scene.boss, answer="received")
    (again,) = scene.tell(accident, scene.worker)
    scene.tell(accident, scene.worker, needs_answer=False)
    (elsewhere,) = scene.tell(other, scene.worker)
    assert {row.id for row in Notice.select().where(Notice.id.in_(asking([accident.id])))} == {
        again.id,
        boss.id,
    }
    assert {row.id for row in Notice.select().where(Notice.id.in_(last_answers([accident.id])))} == {
        first.id,
        boss.id,
    }
    assert mine(scene.actor(), [accident.id, other.id]) == {
        accident.id: {"notice": str(again.id), "answer": None, "answered_at": None},
        other.id: {"notice": str(elsewhere.id), "answer": None, "answered_at": None},
    }


def test_how_many_answered_what(scene: Scene) -> None:
    accident, other = scene.report(1, key="a"), scene.report(1, key="b")
    people = [scene.worker, scene.boss, scene.officer, scene.second]
    for person, answer in zip(people, ("received", "on_site", "need_help", None), strict=True):
        scene.tell(accident, person, answer=answer)
    scene.tell(accident, scene.boss, needs_answer=False)
    Message.create(company_id=accident.company_id, kind="x", subject_kind="hazard", subject_id=accident.id,
                   title="x", text="x", card={}, needs_answer=True)  # fmt: skip
    assert told_counts([accident.id, other.id]) == {
        accident.id: {"total": 4, "acknowledged": 3, "on_site": 1, "need_help": 1}, other.id: NOBODY
    }  # fmt: skip
    assert told_counts([]) == {}


def test_one_s_own_notice_is_of_the_kind_that_is_asked_for_and_of_a_file_that_still_counts(
    scene: Scene,
) -> None:
    accident = scene.report(1)
    (notice,) = scene.tell(accident, scene.worker, answer="received", answered_at=clock.now())
    actor = scene.actor()
    found = mine(actor, [accident.id])[accident.id]
    assert found["answer"] == "received" and found["answered_at"] is not None
    assert mine(actor, [accident.id], HELP) == {} == mine(scene.actor(1), [accident.id]) == mine(actor, [])
    Message.update(subject_kind=HELP).where(Message.id == notice.message_id).execute()
    assert set(mine(actor, [accident.id], HELP)) == {accident.id}
    Message.update(needs_answer=False).execute()
    assert mine(actor, [accident.id], HELP) == {}
    assert in_stead({}) == {}
    scene.leave(scene.worker)
    Message.update(needs_answer=True).execute()
    assert mine(scene.actor(), [accident.id], HELP) == {}


@pytest.mark.parametrize(
    ("people", "groups", "words"),
    [
        (0, 0, "正在通知"),
        (1, 0, "已通知 人1"),
        (3, 0, "已通知 人1、人2、人3"),
        (4, 0, "已通知 人1、人2、人3 等 4 人"),
        (0, 1, "已通知 1 个群"),
        (5, 2, "已通知 人1、人2、人3 等 5 人，2 个群"),
    ],
)
def test_whom_the_reporter_is_told_were_told(crowd: Crowd, people: int, groups: int, words: str) -> None:
    told = [crowd.person() for _ in range(people)]
    reporter, accident = crowd.person(), Accident(id=7)
    chats = [crowd.chat(crowd.unit).id for _ in range(groups)]
    for _ in range(2):  # told twice, counted once
        crowd.tell(*told, reporter, groups=chats, why={reporter.id: "reporter"})
    crowd.tell(crowd.person(), groups=[crowd.chat(crowd.unit).id], subject_id=8)
    crowd.tell(crowd.person(), groups=[crowd.chat(crowd.unit).id], subject_kind="hazard")
    assert told_whom(accident) == words
