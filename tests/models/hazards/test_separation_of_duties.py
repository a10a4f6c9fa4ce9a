"""Who rectified does not review, whoever the case went to (E09): by hand-on, reassignment, put in, or standing in.

The moves of people are walked at random by a machine; the examples are what was found.
"""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from models.core import clock
from models.core.db.connection import in_transaction
from models.core.errors import AnbanError, Forbidden, Invalid
from models.core.events.outbox import Outbox
from models.core.security.usage_limits import Usage
from models.hazards.display.hazard_json import hazard_view
from models.hazards.records import Hazard, MajorCriterion
from models.objectives.records import Point, PointRule
from models.organization.records import Person
from models.tasks.engine.add_signers import add_signers
from models.tasks.engine.reassignment import hand_on, reassign
from models.tasks.flow.preview import try_flow
from models.tasks.flow.publishing import draft_of
from models.tasks.people.offboarding import hand_over
from models.tasks.people.proxies import set_proxy
from models.tasks.records import CaseEvent, CaseStep, Flow, Proxy, Task
from tests.models.hazards.grid_company import Land
from tests.models.tasks.relay import pass_all_on, told

NAMES = ("总", "站", "班", "电", "工", "友")
SEEDS = st.integers(0, 2**32 - 1)


def stand_in(land: Land, absent: str, instead: str) -> None:
    """`absent` is away today, and `instead` stands in for them."""
    days = {"starts_on": clock.today(), "ends_on": clock.today()}
    in_transaction(
        set_proxy, land.actor(absent), {"person": land.id(absent), "proxy": land.id(instead), **days}
    )


def rectifying(land: Land, **plan: Any) -> Hazard:
    """A hazard that 电 is to put right and, unless said otherwise, 站 to review."""
    hazard = land.snap()
    land.judge(hazard)
    land.plan(hazard, **plan)
    return hazard


def does_for(land: Land, hazard: Hazard, who: str, holder: str, outcome: str, **values: Any) -> Any:
    """`who` does the task that `holder` has."""
    return land.decide(who, land.task(holder, land.case_of(hazard)), outcome, **values)


def put_right(land: Land, hazard: Hazard, who: str, holder: str) -> None:
    values = {"result": "已包扎", "photos_after": [land.photo(who)]}
    does_for(land, hazard, who, holder, "submit", values=values)


def test_the_rectifier_hands_the_work_to_the_reviewer_who_reviews_it_not(land: Land) -> None:
    hazard = rectifying(land, reviewer=land.id("友"))
    in_transaction(hand_on, land.actor("电"), land.task("电", land.case_of(hazard)).id, land.id("友"))
    put_right(land, hazard, "友", "友")
    assert "友" not in land.holders(hazard)
    assert land.now(hazard).rectified_by_id == land.id("友")
    assert hazard_view(land.actor("工"), hazard.id)["became"].startswith("友已整改")


def test_the_owner_who_put_it_right_himself_is_reviewed_from_above(land: Land) -> None:
    hazard = rectifying(land)
    in_transaction(hand_on, land.actor("电"), land.task("电", land.case_of(hazard)).id, land.id("站"))
    put_right(land, hazard, "站", "站")
    assert land.holders(hazard) == {"总": "review"}  # the next above in the grid
    land.does("总", land.case_of(hazard), "pass")
    assert (land.now(hazard).rectified_by_id, land.now(hazard).reviewed_by_id) == (
        land.id("站"), land.id("总"),
    )  # fmt: skip


def test_the_reviewer_hands_the_review_to_nobody_who_did_the_work(land: Land) -> None:
    hazard = rectifying(land)
    land.submit(hazard)
    case = land.case_of(hazard)
    with pytest.raises(Invalid, match="做过前面的工作"):
        in_transaction(hand_on, land.actor("站"), land.task("站", case).id, land.id("电"))
    with pytest.raises(Invalid, match="做过前面的工作"):
        in_transaction(add_signers, land.actor("站"), land.task("站", case).id, [land.id("电")], before=False)
    for one in (None, land.task("站", case).id):
        with pytest.raises(Invalid, match="做过前面的工作"):
            in_transaction(reassign, land.actor("管", "console"), case.id, [land.id("电")], task_id=one)
    assert land.holders(hazard) == {"站": "review"}


def test_the_rectifier_who_stands_in_for_the_reviewer_is_refused(land: Land) -> None:
    hazard = rectifying(land)
    land.submit(hazard)
    stand_in(land, "站", "电")
    with pytest.raises(Forbidden) as refused:
        does_for(land, hazard, "电", "站", "pass")
    assert refused.value.code == "own_work" and "代站办也不行" in refused.value.cause
    land.does("站", land.case_of(hazard), "pass")


def test_who_may_not_do_it_gets_no_card_as_a_stand_in(land: Land) -> None:
    hazard = rectifying(land)
    stand_in(land, "站", "电")
    pass_all_on()
    land.submit(hazard)
    pass_all_on()
    cards = [names for title, names in told("step.opened") if title.startswith("【待复核】")]
    assert cards == [["站"]]


def test_the_reviewer_who_stood_in_for_the_rectifier_is_not_asked(land: Land) -> None:
    hazard = rectifying(land)
    stand_in(land, "电", "站")
    put_right(land, hazard, "站", "电")
    assert land.holders(hazard) == {"总": "review"}
    event = CaseEvent.select().where(CaseEvent.act == "decided").order_by(CaseEvent.id.desc()).get()
    assert (event.name, event.for_name) == ("站", "电")
    assert land.now(hazard).rectified_by_id == land.id("站")  # who really did it, not who was named


def test_who_stands_in_for_the_rectifier_is_not_asked_to_review_his_work(land: Land) -> None:
    """He is away as soon as it is done: whoever holds his place is not the second person."""
    hazard = rectifying(land)
    stand_in(land, "电", "站")
    put_right(land, hazard, "电", "电")
    assert land.holders(hazard) == {"总": "review"}


def test_the_reviewer_who_comes_to_stand_in_for_the_rectifier_is_refused(land: Land) -> None:
    """The other order: the review is his already when the rectifier goes away."""
    hazard = rectifying(land)
    land.submit(hazard)
    stand_in(land, "电", "站")
    with pytest.raises(Forbidden) as refused:
        land.does("站", land.case_of(hazard), "pass")
    assert refused.value.code == "own_work" and "您现在代理的人" in refused.value.cause
    case = land.case_of(hazard)
    stand_in(land, "站", "友")  # whoever stands in for the stand-in holds the same place
    with pytest.raises(Forbidden, match="不能办"):
        does_for(land, hazard, "友", "站", "pass")
    with pytest.raises(Invalid, match="正在代理做前面工作的人"):
        in_transaction(reassign, land.actor("管", "console"), case.id, [land.id("友")])
    in_transaction(reassign, land.actor("管", "console"), case.id, [land.id("总")])
    land.does("总", case, "pass")
    assert land.now(hazard).reviewed_by_id == land.id("总")


def test_a_stand_in_of_before_reviews_what_he_had_no_part_in(land: Land) -> None:
    hazard = rectifying(land)
    stand_in(land, "电", "站")
    Proxy.update(ended_at=clock.now()).execute()  # 电 is back, and does it himself
    land.submit(hazard)
    land.does("站", land.case_of(hazard), "pass")


def test_another_file_of_the_same_human_is_the_same_human(land: Land) -> None:
    hazard = rectifying(land)
    land.submit(hazard)
    second = land.join("电（总部）", land.group)
    Person.update(account_id=land.people["电"].account_id).where(Person.id == second.id).execute()
    with pytest.raises(Invalid, match="做过前面的工作"):
        in_transaction(hand_on, land.actor("站"), land.task("站", land.case_of(hazard)).id, second.id)


def test_who_did_it_once_does_not_review_the_second_attempt(land: Land) -> None:
    hazard = rectifying(land, reviewer=land.id("友"))
    case = land.case_of(hazard)
    in_transaction(hand_on, land.actor("电"), land.task("电", case).id, land.id("班"))
    put_right(land, hazard, "班", "班")
    land.does("友", case, "send_back", comment="不牢")
    assert land.holders(hazard) == {"班": "rectify"}  # who had it goes on with it, or hands it on
    in_transaction(hand_on, land.actor("班"), land.task("班", case).id, land.id("电"))
    land.submit(hazard)
    with pytest.raises(Invalid):
        in_transaction(hand_on, land.actor("友"), land.task("友", case).id, land.id("班"))


def test_who_asked_for_more_time_does_not_grant_it_as_a_stand_in(land: Land) -> None:
    from models.hazards.treatment import extensions

    hazard = rectifying(land)
    later = land.now(hazard).due_at + timedelta(days=2)
    asked = in_transaction(extensions.ask, land.actor("电"), hazard.id, later.isoformat(), "缺件")
    stand_in(land, "站", "电")
    with pytest.raises(Forbidden) as refused:
        land.decide("电", land.task("站", land.case_of(asked, "extension")), "grant")
    assert refused.value.code == "own_case"


@pytest.mark.parametrize(
    ("judge", "earns"), [("班", True), ("工", False)], ids=["somebody else", "by standing in"]
)
def test_nobody_earns_points_by_their_own_judgement(land: Land, judge: str, earns: bool) -> None:
    for what in ("hazard.confirmed", "hazard.major"):
        PointRule.create(company=land.company, what=what, points=5)
    hazard = land.snap("工")
    stand_in(land, "班", "工")
    values = {"level": "major", "criterion": str(MajorCriterion.get().id)}
    does_for(land, hazard, judge, "班", "hazard", values=values)
    pass_all_on()
    assert {row.person_id for row in Point.select()} == ({land.id("工")} if earns else set())
    assert land.now(hazard).judged_by_id == land.id(judge)


def test_an_owners_own_report_is_theirs_to_judge_and_earns_nothing(land: Land) -> None:
    PointRule.create(company=land.company, what="hazard.confirmed", points=5)
    hazard = land.snap("班")
    land.judge(hazard)
    pass_all_on()
    assert (land.now(hazard).judged_by_id, Point.select().count()) == (land.id("班"), 0)


def test_points_go_to_who_really_did_it(land: Land) -> None:
    PointRule.create(company=land.company, what="hazard.rectified", points=3)
    hazard = rectifying(land)
    stand_in(land, "电", "友")
    put_right(land, hazard, "友", "电")
    land.does("站", land.case_of(hazard), "pass")
    pass_all_on()
    assert [row.person_id for row in Point.select()] == [land.id("友")]


def test_trying_a_flow_tells_who_would_really_review(land: Land) -> None:
    flow = Flow.get(Flow.code == "hazard")
    values = {"grid": str(land.nodes["配电室"].id), "level": "general", "rectifier": str(land.id("站"))}
    steps = try_flow(
        land.actor("管", "console"), draft_of(land.actor("管", "console"), flow.id), "hazard", values
    )
    review = next(step for step in steps if step["step"] == "review")
    assert [one["name"] for one in review["who"]] == ["总"]


class Moves(RuleBasedStateMachine):
    """A hazard on its way, while people hand on, reassign, put in, stand in, leave their work to others, at random.

    What is drawn is a seed: hypothesis would try the same few acts again and again to make a failing run short.
    """

    def __init__(self, land: Land) -> None:
        super().__init__()
        self.land, self.count = land, 0

    @initialize(seed=SEEDS)
    def begin(self, seed: int) -> None:
        chance = Random(seed)
        Proxy.delete().execute()
        Usage.delete().execute()  # how often one may hand on is not what is walked here
        self.hazard = self.land.snap(chance.choice(NAMES))
        self.case = self.land.case_of(self.hazard)

    @rule(seed=SEEDS)
    def somebody_acts(self, seed: int) -> None:
        self.count += 1
        chance = Random(f"{seed}/{self.count}")
        tasks = self._open()
        if not tasks:  # closed, or nobody may do it: the next one
            self.begin(seed)
            return
        task = chance.choice(tasks)
        holder = next(name for name in NAMES if self.land.id(name) == task.person_id)
        acts = [self._decides] * 14 + [
            self._hands,
            self._reassigns,
            self._puts_in,
            self._is_away,
            self._leaves,
        ]
        try:
            chance.choice(acts)(chance, task, holder)
        except AnbanError as refused:
            note(f"{holder}: {refused.code}")

    def _open(self) -> list[Task]:
        query = Task.select(Task, CaseStep).join(CaseStep).where(CaseStep.case == self.case.id)
        return list(query.where(Task.state == "open").order_by(Task.id))

    def _decides(self, chance: Random, task: Task, holder: str) -> None:
        away = Proxy.select().where(Proxy.person == task.person_id).first()
        who = Person.get_by_id(away.proxy_id).name if away is not None and chance.random() < 0.8 else holder
        key, values = task.step.key, {}
        outcome = {"judge": "hazard", "plan": "assign", "rectify": "submit"}.get(key) or chance.choice(
            ("pass", "pass", "send_back")
        )
        if task.step.added:
            outcome = "agree"
        elif outcome == "hazard":
            values = {"level": chance.choice(("general", "general", "major"))}
            if values["level"] == "major":
                values["criterion"] = str(MajorCriterion.get().id)
        elif outcome == "assign":
            rectifier, reviewer = chance.sample(NAMES, 2)
            values = {
                "rectifier": self.land.id(rectifier), "due_at": (clock.now() + timedelta(days=3)).isoformat(),
                "measures": "断电", "duty_note": "站长", "funds": "安措费", "plan_note": "停用",
                **({"reviewer": self.land.id(reviewer)} if chance.random() < 0.5 else {}),
            }  # fmt: skip
            if self.land.now(self.hazard).level != "major":
                values = {name: value for name, value in values.items() if name != "plan_note"}
        elif outcome == "submit":
            values = {"result": "好了", "photos_after": [self.land.photo(who)]}
        note(f"{who} (for {holder}): {key} {outcome}")
        self.land.decide(who, task, outcome, values=values, comment="意见" if outcome != "submit" else "")

    def _other(self, chance: Random) -> str:
        """Anybody, more often than not somebody who has had a part in it."""
        steps = CaseStep.select(CaseStep.id).where(CaseStep.case == self.case.id)
        query = Task.select(Task.done_by).where(Task.step.in_(steps), Task.state == "done")
        known = [name for name in NAMES if self.land.id(name) in {row.done_by_id for row in query}]
        name = chance.choice(known if known and chance.random() < 0.7 else NAMES)
        note(f"   to {name}")
        return name

    def _hands(self, chance: Random, task: Task, holder: str) -> None:
        in_transaction(hand_on, self.land.actor(holder), task.id, self.land.id(self._other(chance)))

    def _reassigns(self, chance: Random, task: Task, holder: str) -> None:
        one = task.id if chance.random() < 0.5 else None
        to = [self.land.id(self._other(chance))]
        in_transaction(reassign, self.land.actor("管", "console"), self.case.id, to, task_id=one)

    def _puts_in(self, chance: Random, task: Task, holder: str) -> None:
        before = chance.random() < 0.5
        to = [self.land.id(self._other(chance))]
        in_transaction(add_signers, self.land.actor(holder), task.id, to, before=before)

    def _is_away(self, chance: Random, task: Task, holder: str) -> None:
        stand_in(self.land, holder, self._other(chance))

    def _leaves(self, chance: Random, task: Task, holder: str) -> None:
        to = Person.get_by_id(self.land.id(self._other(chance)))
        in_transaction(hand_over, self.land.actor("管", "console"), Person.get_by_id(task.person_id), to)

    @invariant()
    def nobody_did_both(self) -> None:
        if not self.count:
            return
        done = Task.select(Task, CaseStep).join(CaseStep).where(Task.state == "done")
        done = list(done.where(CaseStep.case == self.case.id).order_by(CaseStep.id, Task.id))
        work: set[int] = set()
        judged: set[int] = set()
        for one in done:  # whoever sent it back may do it better themselves; then another judges that
            if one.outcome == "submit":
                work.add(one.done_by_id)
            elif one.step.key in ("review", "review+"):
                judged.add(one.done_by_id)
                assert one.done_by_id not in work, "who did the work has judged it"
        asked = {one.person_id for one in self._open() if one.step.key in ("review", "review+")}
        assert not work & asked, "who did the work is asked to judge it"
        hazard = self.land.now(self.hazard)
        if hazard.state == "closed":
            assert hazard.rectified_by_id in work and hazard.reviewed_by_id in judged

    @invariant()
    def what_earns_points_says_whose_judgement_it_was(self) -> None:
        if not self.count:
            return
        query = Outbox.select().where(Outbox.kind == "hazard.confirmed", Outbox.subject_id == self.hazard.id)
        news = query.order_by(Outbox.id.desc()).first()
        hazard = self.land.now(self.hazard)
        if news is not None:
            assert news.payload["own"] == (hazard.judged_by_id == hazard.reporter_id)


def test_whoever_the_case_goes_to_two_persons_it_takes(land: Land) -> None:
    run_state_machine_as_test(
        partial(Moves, land),
        settings=settings(
            max_examples=5, stateful_step_count=50, deadline=None, derandomize=True, database=None,
            phases=(Phase.generate,), suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
    assert Hazard.select().where(Hazard.state == "closed").count() >= 3, (
        "a walk that closes nothing proves nothing"
    )
    assert Task.select().where(Task.outcome == "submit", Task.person != Task.done_by).exists()
