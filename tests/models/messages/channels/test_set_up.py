"""What is set up for telling people: chains with their steps, presets that two edit, the words of messages (X04, J08)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from models.administration.accounts.actors import actor_for_account
from models.administration.records import Account
from models.core.db.connection import in_transaction
from models.core.errors import Conflict, Forbidden, Invalid
from models.core.ledger.changes import editing, probes
from models.core.security.actor import Actor
from models.core.security.rights import Scope
from models.messages.channels.records import SET_UP_WAYS, Contact, SmsProvider
from models.messages.channels.set_up import check_owner, check_sheet
from models.messages.channels.unreachable import warnings
from models.messages.escalation import wordings
from models.messages.escalation.ledgers import CHAINS, PRESETS, WORDINGS
from models.messages.escalation.records import Chain, ChainStep, Preset
from models.organization.records import DECIDE_BINDINGS
from tests.support.people_to_tell import Crowd

STEPS = [
    {"wait_minutes": 2, "who": "self", "way": "sms"},
    {"wait_minutes": 5, "who": "superior", "way": "card"},
]


def officer_of(crowd: Crowd) -> Actor:
    """The unit's safety officer, the same at each call."""
    there = Account.get_or_none(Account.login == f"officer{crowd.unit.id}")
    return crowd.officer() if there is None else actor_for_account(there, "console")


def make(crowd: Crowd, ledger: Any, **values: Any) -> Any:
    """A row by the form of a ledger."""
    values["company"] = str(crowd.unit.id)
    return in_transaction(editing.create, officer_of(crowd), ledger, values)


def test_a_chain_is_made_and_changed_with_its_steps(crowd: Crowd) -> None:
    made = make(crowd, CHAINS, name="夜班", steps=STEPS)
    assert made["values"]["steps"] == STEPS
    assert [(step.sequence, step.company_id) for step in ChainStep.select()] == [
        (1, crowd.unit.id),
        (2, crowd.unit.id),
    ]
    turned = in_transaction(
        editing.edit, officer_of(crowd), CHAINS, made["id"], made["version"], {"steps": STEPS[::-1]}
    )
    assert turned["values"]["steps"] == STEPS[::-1]
    with pytest.raises(Conflict):  # another form that was opened before
        in_transaction(
            editing.edit, officer_of(crowd), CHAINS, made["id"], made["version"], {"steps": STEPS[:1]}
        )
    assert ChainStep.select().count() == 2


@pytest.mark.parametrize(
    ("steps", "sentence"),
    [
        ([], "步骤"),
        ([{"wait_minutes": 2, "who": "self"}], "第 1 步的方式"),
        ([STEPS[0], {**STEPS[1], "wait_minutes": -1}], "第 2 步的等待"),
        ([{**STEPS[0], "chain": "1"}], "第 1 步"),
        ([STEPS[0]] * 21, "最多 20 步"),
        ("两步", "一步一步填"),
    ],
)
def test_steps_that_are_none(crowd: Crowd, steps: Any, sentence: str) -> None:
    with pytest.raises(Invalid) as caught:
        make(crowd, CHAINS, name="夜班", steps=steps)
    assert sentence in caught.value.fields["steps"]
    assert Chain.select().count() == 0


def test_two_who_edit_the_people_of_a_preset_notice_each_other(crowd: Crowd) -> None:
    first, second, third = (crowd.person() for _ in range(3))
    made = make(crowd, PRESETS, name="一律", level="any", ways=["card"], persons=[str(first.id)])
    officer = officer_of(crowd)
    in_transaction(
        editing.edit,
        officer,
        PRESETS,
        made["id"],
        made["version"],
        {"persons": [str(first.id), str(second.id)]},
    )
    with pytest.raises(Conflict):
        in_transaction(
            editing.edit, officer, PRESETS, made["id"], made["version"], {"persons": [str(third.id)]}
        )
    assert Preset.get_by_id(int(made["id"])).version == made["version"] + 1


def test_who_would_be_woken_by_nothing_is_named(crowd: Crowd) -> None:
    """Found before the alarm: with why, what to do, and only of one's own company."""
    SmsProvider.create(company=crowd.unit, name="短信", provider="sandbox")
    well, lost, late = crowd.person(), crowd.person(card=None), crowd.person(card=None)
    foreign = crowd.person(unit=crowd.other, card=None)
    chain = make(crowd, CHAINS, name="短信催", steps=STEPS[:1])
    make(crowd, PRESETS, name="没有链", level="一般", ways=["card"], persons=[str(well.id), str(lost.id)])
    make(crowd, PRESETS, name="有链", level="较大", ways=["card"], persons=[str(late.id)], chain=chain["id"])
    Preset.create(company=crowd.other, name="别家的", level="any", ways=["card"], everyone=True)
    found = warnings(officer_of(crowd))
    assert found["total"] == 1
    (one,) = found["items"]
    assert (one["person"]["name"], one["places"]) == (lost.name, ["没有链·指定接收"])
    assert [lack["way"] for lack in one["lacks"]] == ["card"]
    assert one["lacks"][0]["why"] and one["lacks"][0]["advice"]
    assert foreign.name not in str(found)


def test_words_are_shown_before_they_are_sent_and_name_only_what_there_is(crowd: Crowd) -> None:
    officer = officer_of(crowd)
    preview = WORDINGS.probes[0]
    asked = {"title": "【{单位}】{概况}", "body": "{地点} {时间}"}
    shown = probes.probe(officer, WORDINGS, preview, asked)
    assert shown["tone"] == "good" and "{" not in "".join(shown["facts"].values())
    wrong = probes.probe(officer, WORDINGS, preview, {**asked, "body": "{死伤}"})
    assert wrong["tone"] == "warn" and "{死伤}" in wrong["message"]
    with pytest.raises(Invalid) as caught:
        make(crowd, WORDINGS, kind="accident.reported", title="快报", body="{死伤}")
    assert set(caught.value.fields) == {"body"}
    made = make(crowd, WORDINGS, kind="accident.reported", **asked)
    assert made["label"] == "事故快报（初报）"


@pytest.mark.parametrize(
    ("words", "wrong"),
    [
        ({"title": "{地点}", "body": "{时间}"}, set()),
        ({"title": None, "body": "没有括号 { 地点 }"}, set()),
        ({"title": "{死伤}", "body": "{损失}"}, {"title", "body"}),
        ({"title": "{死伤}"}, {"title"}),
        ({}, set()),
    ],
)
def test_words_are_held_against_what_may_stand_in_them(words: dict[str, Any], wrong: set[str]) -> None:
    if not wrong:
        wordings.check(words)
        return
    with pytest.raises(Invalid) as refused:
        wordings.check(words)
    assert set(refused.value.fields) == wrong
    assert "可以用：" in next(iter(refused.value.fields.values()))


def test_a_place_in_words_is_filled_and_what_names_nothing_stays() -> None:
    assert wordings.filled("{ 地点 }起火，{谁}", {"地点": "一厂"}) == "一厂起火，{谁}"
    assert wordings.unknown_places("{谁}{地点}{谁}") == ["谁"]


def test_the_lines_of_a_sheet_are_checked_each_at_its_cell(crowd: Crowd) -> None:
    """Who stands in for whom: as in the form; an empty cell changes nothing, and what stands already is no change."""
    me, worker, third = crowd.person(role="safety_officer", may_review=True), crowd.person(), crowd.person()
    Contact.create(company=crowd.unit, person=third, superior=me, deputy=None)
    may_not = replace(officer_of(crowd), person_ids=(me.id,))
    actor = replace(may_not, rights={**may_not.rights, DECIDE_BINDINGS: Scope.COMPANY})
    rows: list[dict[str, Any]] = [
        {"person": worker.id, "superior": me.id},
        {"person": worker.id, "superior": third.id, "deputy": me.id},
        {"person": worker.id, "superior": None, "deputy": None},
        {"person": third.id, "superior": me.id},
        {"person": None, "superior": me.id},
        {"person": 10**6, "superior": me.id},
        {"person": me.id, "superior": worker.id, "deputy": worker.id},
        {"person": me.id, "deputy": worker.id},
        {"person": worker.id, "superior": third.id},
    ]
    found = {place: set(wrong) for place, wrong in check_sheet(actor, rows).items()}
    assert found == {0: {"superior"}, 1: {"deputy"}, 6: {"superior"}}
    found = {place: set(wrong) for place, wrong in check_sheet(may_not, rows).items()}
    assert found == {0: {"superior"}, 1: {"superior", "deputy"}, 6: {"superior"}, 8: {"superior"}}
    assert check_sheet(actor, []) == {}


def test_what_serves_the_whole_group_is_set_up_by_who_reaches_all_of_it(crowd: Crowd) -> None:
    officer = officer_of(crowd)
    for scope, mine, all_of_it in ((Scope.COMPANY, True, False), (Scope.GROUP, True, True)):
        actor = replace(officer, door="system", rights={**officer.rights, SET_UP_WAYS: scope})
        for company, allowed in ((crowd.unit.id, mine), (None, all_of_it)):
            if allowed:
                check_owner(actor, company)
                continue
            with pytest.raises(Forbidden) as refused:
                check_owner(actor, company)
            assert refused.value.code == "groups_way"
