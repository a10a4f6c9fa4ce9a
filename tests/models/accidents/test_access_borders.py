"""Whose an accident is, what each may do with it, and until when pictures may follow a stranger's words (G02)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from models.accidents import photos
from models.accidents.access import (
    find,
    has_added,
    is_reporter,
    list_of,
    permitted,
    sees_receipt_only,
    told_persons,
)
from models.accidents.alarm import calls
from models.accidents.records import READ_ACCIDENTS, REPORT_ACCIDENTS, Accident, AccidentVersion
from models.core import clock as clocks
from models.core.errors import Forbidden, NotFound
from models.core.security.actor import Actor
from models.core.security.rights import Scope
from models.messages.records import Message, Notice
from models.organization.records import Company
from tests.models.accidents.conftest import Scene

pytestmark = pytest.mark.one_engine
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("accident", "actor", "theirs"),
    [
        ({"reporter": 3}, {"person_ids": (3, 4)}, True),
        ({"reporter": 3}, {"person_ids": (4,)}, False),
        ({"reporter": 3, "reporter_account_id": 9}, {"account_id": 9}, False),
        ({"reporter_account_id": 9}, {"account_id": 9}, True),
        ({"reporter_account_id": 9}, {"account_id": 8}, False),
        ({"reporter_account_id": 9}, {"account_id": 9, "unit_id": 1}, False),
        ({"reporter_account_id": None}, {"account_id": None}, False),
    ],
)
def test_whose_report_it_is(accident: dict[str, Any], actor: dict[str, Any], theirs: bool) -> None:
    """Of the file that reported, where there is one; else of the account, in a session that is good for all of it."""
    who = Actor(**{"account_id": None, "name": "某人", **actor})
    assert is_reporter(who, Accident(**accident)) is theirs


@pytest.mark.parametrize(
    ("who", "accident", "may"),
    [
        ("officer", {}, {"update", "correct", "close", "do_duty"}),
        ("officer", {"state": "closed"}, {"update", "correct", "do_duty"}),
        ("officer", {"narrow": True}, {"update", "correct", "tell_all", "close", "do_duty"}),
        ("reporter", {}, {"update"}),
        ("reporter", {"state": "closed"}, set()),
        ("reporter", {"unverified": True}, set()),
        ("reporter", {"narrow": True}, {"update"}),
        ("mute reporter", {}, set()),
        ("other", {}, set()),
    ],
)
def test_what_each_may_do(scene: Scene, who: str, accident: dict[str, Any], may: set[str]) -> None:
    row = scene.report(0 if "reporter" in who else 1)
    actor = scene.actor(1 if who == "officer" else 0)
    if who == "mute reporter":
        actor = replace(actor, rights={READ_ACCIDENTS: Scope.SELF})
    for name, value in accident.items():
        setattr(row, name, value)
    assert {name for name, allowed in permitted(actor, row).items() if allowed} == may


def test_who_added_to_it_while_they_belong_there(scene: Scene) -> None:
    accident, other = scene.report(1, key="a"), scene.report(1, key="b")
    actor = scene.actor()
    assert not has_added(actor, accident)
    AccidentVersion.create(
        accident=accident, number=2, kind="follow_up", facts={}, by_name="x", by_account_id=actor.account_id
    )
    AccidentVersion.create(accident=other, number=2, kind="follow_up", facts={}, by_name="x")
    assert has_added(actor, accident) and not has_added(actor, other)
    assert not has_added(replace(actor, account_id=None), other)
    scene.leave(scene.worker)
    assert not has_added(scene.actor(), accident)


def test_a_stranger_sees_a_receipt_until_they_have_more_to_do_with_it(scene: Scene) -> None:
    accident, other = scene.report(1, key="a"), scene.report(1, key="b")
    actor = scene.actor()
    for row in (accident, other):
        Accident.update(reporter=None, reporter_account_id=actor.account_id).where(
            Accident.id == row.id
        ).execute()
    row = Accident.get_by_id(accident.id)
    assert not sees_receipt_only(actor, row)
    row.unverified = True
    assert sees_receipt_only(actor, row) and not sees_receipt_only(scene.actor(1), row)
    scene.tell(other, scene.worker)
    assert sees_receipt_only(actor, row)
    scene.tell(accident, scene.worker)
    assert not sees_receipt_only(actor, row)


def test_what_was_told_counts_for_files_that_belong_to_their_unit(scene: Scene) -> None:
    assert told_persons(scene.actor()) == [scene.worker.id]
    assert told_persons(replace(scene.actor(), person_ids=())) == []
    scene.leave(scene.worker)
    assert told_persons(replace(scene.actor(), person_ids=(scene.worker.id,))) == []


@pytest.mark.parametrize(("kind", "seen"), [("accident", True), ("accident_help", True), ("hazard", False)])
def test_a_message_opens_the_accident_that_it_is_about(scene: Scene, kind: str, seen: bool) -> None:
    accident = scene.report(1)
    scene.tell(accident, scene.worker)
    Message.update(subject_kind=kind).execute()
    assert [row.id for row in list_of(scene.actor())[0]] == ([accident.id] if seen else [])
    if seen:
        assert find(scene.actor(), accident.id).id == accident.id
    else:
        with pytest.raises(NotFound):
            find(scene.actor(), accident.id)
    with pytest.raises(NotFound):
        find(scene.actor(), 99_999)


def test_what_the_account_reported_without_a_file_is_not_listed_in_a_session_of_one_unit(
    scene: Scene,
) -> None:
    accident = scene.report()
    actor = scene.actor()
    Accident.update(reporter=None, reporter_account_id=actor.account_id).execute()
    assert [row.id for row in list_of(actor)[0]] == [accident.id]
    for other in (
        replace(actor, unit_id=scene.unit.id),
        replace(actor, account_id=None),
        replace(actor, account_id=99),
    ):
        assert list_of(other)[0] == []
    Accident.update(reporter=scene.boss.id, reporter_account_id=actor.account_id).execute()
    assert list_of(actor)[0] == [], "it is the file's that reported"


@pytest.mark.parametrize(
    ("values", "adds"),
    [
        ({}, True),
        ({"ago": timedelta(hours=1) - SECOND}, True),
        ({"ago": timedelta(hours=1)}, False),
        ({"unverified": False}, False),
        ({"state": "closed"}, False),
        ({"account": None}, False),
    ],
)
def test_pictures_may_follow_a_stranger_s_words_for_an_hour(
    scene: Scene, clock: Any, values: dict[str, Any], adds: bool
) -> None:
    accident = scene.report(1)
    actor = replace(scene.actor(), rights={READ_ACCIDENTS: Scope.SELF})
    Accident.update(
        reporter=None, reporter_account_id=actor.account_id if values.get("account", 1) else 99,
        unverified=values.get("unverified", True), state=values.get("state", "open"),
        reported_at=clocks.now() - values.get("ago", timedelta(0)),
    ).execute()  # fmt: skip
    scene.tell(accident, scene.worker)
    if adds:
        assert photos.may_add(actor, accident.id).id == accident.id
    else:
        with pytest.raises(Forbidden):
            photos.may_add(actor, accident.id)


@pytest.mark.parametrize(("state", "adds"), [("open", True), ("closed", False)])
def test_who_added_words_adds_pictures_while_it_is_open(scene: Scene, state: str, adds: bool) -> None:
    accident = scene.report(1)
    actor = replace(scene.actor(), rights={READ_ACCIDENTS: Scope.SELF, REPORT_ACCIDENTS: Scope.SELF})
    AccidentVersion.create(
        accident=accident, number=2, kind="follow_up", facts={}, by_name="x", by_account_id=actor.account_id
    )
    Accident.update(state=state).execute()
    if adds:
        assert photos.may_add(actor, accident.id).id == accident.id
        return
    with pytest.raises(Forbidden):
        photos.may_add(actor, accident.id)


def test_where_somebody_works_and_the_how_manieth_they_come(scene: Scene) -> None:
    site, department = (
        Company.create(name=name, kind=kind, parent=scene.unit, path="/")
        for name, kind in (("一厂", "site"), ("维修", "department"))
    )
    for values, words in (({}, ""), ({"site": site}, "一厂"), ({"site": site, "department": department}, "一厂 维修"),
                          ({"site": None, "department": department}, "维修")):  # fmt: skip
        for name, value in values.items():
            setattr(scene.worker, name, value)
        assert calls.whereabouts(scene.worker) == words
    accident, now = scene.report(1), clocks.now()
    moments = {
        scene.worker: now,
        scene.boss: now,
        scene.officer: now - SECOND,
        scene.second: now - 2 * SECOND,
    }
    rows = scene.tell(accident, *moments, answer="received")
    for row, at in zip(rows, moments.values(), strict=True):
        Notice.update(answered_at=at, answer="need_help" if row == rows[3] else "on_site").where(
            Notice.id == row.id
        ).execute()
    scene.tell(accident, scene.boss, answer="received", answered_at=now - 9 * SECOND)
    assert [calls.place_among(Notice.get_by_id(row.id)) for row in rows[:3]] == [2, 3, 1]
