"""A document takes effect by its approval, is revised beside the one in force, and withdrawn (B02, B03)."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest

from models.core.clock import today
from models.core.db.connection import in_transaction
from models.core.errors import Conflict, Forbidden, Invalid, NotFound
from models.core.events.outbox import Outbox
from models.core.ledger.changes.actions import act
from models.regulations.records import Document
from models.tasks.engine.withdraw import withdraw
from models.tasks.publication import taking_effect
from models.tasks.publication.lifecycle import ENFORCED
from models.tasks.records import Task
from tests.models.regulations.conftest import Library
from tests.models.tasks.units import answered


def test_a_draft_is_approved_by_safety_and_leader_and_is_then_in_force(library: Library) -> None:
    draft = library.draft()
    assert (draft.standing, draft.edition, draft.level) == ("draft", 1, "company")
    library.act(draft, "submit")
    assert library.waiting() == [("safety", "安全科长")]
    library.decide(library.safety)
    assert library.waiting() == [("leader", "总经理")]
    assert library.again(draft).in_force_at is None
    library.decide(library.leader)
    done = library.again(draft)
    assert done.standing == "in_force" and done.in_force_at is not None
    assert Outbox.select().where(Outbox.kind == ENFORCED).count() == 1


def test_a_second_press_does_nothing_twice(library: Library) -> None:
    draft = library.draft()
    library.act(draft, "submit")
    with pytest.raises(Conflict):
        library.act(draft, "submit")
    library.decide(library.safety)
    task = library.waiting()
    assert task == [("leader", "总经理")]
    library.decide(library.leader)
    last = Task.get(Task.person == library.leader.id)
    answered(library.actor(library.leader), last.id, "agree")
    assert library.again(draft).standing == "in_force"
    assert Outbox.select().where(Outbox.kind == ENFORCED).count() == 1


def test_nothing_to_read_is_not_sent_off(library: Library) -> None:
    draft = library.draft(content="")
    with pytest.raises(Invalid) as refused:
        library.act(draft, "submit")
    assert refused.value.code == "nothing_to_read"
    library.attach(draft)
    library.act(draft, "submit")
    assert library.again(draft).standing == "asked"


def test_a_refusal_says_why_and_lets_the_maker_try_again(library: Library) -> None:
    draft = library.draft()
    library.act(draft, "submit")
    library.decide(library.safety, "refuse", "限速没有依据")
    assert library.again(draft).standing == "refused"
    assert library.seen(draft)["values"]["refused_because"] == "安全科长：限速没有依据"
    library.edit(draft, content="限速 3 公里，依据 GB/T 36507。")
    assert library.approved(draft).standing == "in_force"
    with pytest.raises(Conflict) as kept:
        library.edit(draft, content="随便改")
    assert kept.value.code == "not_editable"


def test_what_is_in_approval_can_be_taken_back_but_not_changed(library: Library) -> None:
    draft = library.draft()
    library.act(draft, "submit")
    with pytest.raises(Conflict):
        library.edit(draft, name="另一个名字")
    in_transaction(withdraw, library.actor(), library.case(draft).id)
    assert library.again(draft).standing == "draft"
    library.edit(draft, name="另一个名字")


def test_a_revision_stands_beside_the_one_in_force_and_replaces_it(library: Library) -> None:
    first = library.in_force()
    library.attach(first, "后补.png")  # stands beside what was decided
    second = library.revised(first, content="限速 3 公里。")
    assert (second.standing, second.edition, second.series, second.why) == (
        "draft",
        2,
        first.id,
        "事故后降速",
    )
    assert library.again(first).standing == "in_force"
    assert library.seen(first)["values"]["beside"] == "draft"
    library.approved(second)
    old, new = library.again(first), library.again(second)
    assert (old.standing, new.standing) == ("replaced", "in_force")
    assert old.ended_at is not None
    assert library.listed() == [("叉车安全操作规程", 2)]
    assert library.listed(standing=["replaced"]) == [("叉车安全操作规程", 1)]


def test_only_one_revision_at_a_time(library: Library) -> None:
    first = library.in_force()
    library.revised(first)
    with pytest.raises(Conflict):
        library.act(first, "revise", why="也想改")
    # Two who pressed at once: the second one's button was there when it was shown.
    with pytest.raises(Conflict) as refused:
        in_transaction(_revise_unasked, library, first)
    assert refused.value.code == "being_revised"
    assert Document.select().count() == 2


def test_who_presses_with_an_old_page_hears_who_is_revising(library: Library) -> None:
    first = library.in_force()
    draft = library.revised(first)
    for name, values in (("revise", {"why": "也想改"}), ("withdraw", {"reason": "不用了"})):
        with pytest.raises(Conflict) as refused:
            library.act(first, name, library.admin, **values)
        assert refused.value.cause == "编制人已经在修订它（草稿）"
        assert refused.value.details == {"id": str(draft.id), "by": "编制人"}


def test_of_two_who_press_at_once_one_revises_and_the_other_hears_who(library: Library) -> None:
    first = library.in_force()
    start = threading.Barrier(2)
    said: dict[str, Any] = {}
    actors = {"编制人": library.actor(), "系统管理员": library.actor(library.admin)}

    def revise(name: str) -> None:
        start.wait(20)
        try:
            said[name] = in_transaction(
                act, actors[name], library.ledger, "revise", [str(first.id)], {"why": name}
            )
        except Conflict as error:
            said[name] = error

    threads = [threading.Thread(target=revise, args=(name,)) for name in actors]
    for each in threads:
        each.start()
    for each in threads:
        each.join(60)
    (draft,) = Document.select().where(Document.replaces == first.id)
    (refused,) = [each for each in said.values() if isinstance(each, Conflict)]
    assert len(said) == 2
    assert draft.why != next(name for name, each in said.items() if each is refused)
    assert refused.code == "being_revised"
    assert refused.cause == f"{draft.why}已经在修订它（草稿）"


def _revise_unasked(library: Library, row: Document) -> Any:
    action = library.ledger.action_named("revise")
    assert action is not None
    return action.rule(library.actor(), [row], {"why": "也想改"})


def test_the_key_alone_keeps_a_second_revision_out(library: Library) -> None:
    from peewee import IntegrityError

    from models.tasks.publication.copying import copied

    first = library.in_force()
    library.revised(first)
    with pytest.raises(IntegrityError):
        in_transaction(copied, library.ledger, library.again(first), replaces=first.id, edition=2)


def test_a_revision_that_is_given_up_leaves_room_for_another(library: Library) -> None:
    first = library.in_force()
    second = library.revised(first)
    library.act(second, "drop")
    assert library.again(second).standing == "dropped"
    third = library.revised(first, "重新来过")
    assert (third.edition, third.series) == (2, first.id)
    library.approved(third)
    assert library.again(first).standing == "replaced"


def test_who_gives_a_draft_up_is_told_what_deleting_would_be(library: Library) -> None:
    drop = next(one for one in library.ledger.actions if one.name == "drop")
    assert "留着可查" in drop.confirm and "请点“删除”" in drop.confirm


def test_a_draft_that_was_sent_off_is_given_up_and_not_deleted(library: Library) -> None:
    from models.core.ledger.changes.editing import delete

    sent, unsent = library.draft("甲"), library.draft("乙")
    library.act(sent, "submit")
    in_transaction(withdraw, library.actor(), library.case(sent).id)
    with pytest.raises(Conflict) as kept:
        in_transaction(delete, library.actor(), library.ledger, sent.id)
    assert kept.value.code == "has_cases"
    in_transaction(delete, library.actor(), library.ledger, unsent.id)
    assert Document.get_or_none(Document.id == unsent.id) is None


def test_what_is_in_force_is_withdrawn_with_a_reason_by_administrators(library: Library) -> None:
    first = library.in_force()
    with pytest.raises(Forbidden):
        library.act(first, "withdraw", reason="不用了")
    with pytest.raises(Invalid):
        library.act(first, "withdraw", library.admin)
    library.act(first, "withdraw", library.admin, reason="设备已拆除")
    gone = library.again(first)
    assert (gone.standing, gone.end_reason) == ("withdrawn", "设备已拆除")
    assert library.listed() == []
    assert library.listed(standing=["withdrawn"]) == [("叉车安全操作规程", 1)]
    with pytest.raises(Conflict):
        library.act(first, "revise", why="又要了")


@pytest.mark.parametrize("sent", [False, True], ids=["a draft", "in approval"])
def test_what_is_being_revised_is_not_withdrawn(library: Library, sent: bool) -> None:
    first = library.in_force()
    second = library.revised(first)
    if sent:
        library.act(second, "submit")
    with pytest.raises(Conflict):
        library.act(first, "withdraw", library.admin, reason="不用了")
    assert library.again(first).standing == "in_force"


def test_an_approval_of_what_replaces_nothing_any_more_is_refused(library: Library) -> None:
    """Whoever got past the buttons: the one in force is looked at again, locked, when the new one takes effect."""
    first = library.in_force()
    second = library.revised(first)
    library.act(second, "submit")
    library.decide(library.safety)
    Document.update(standing="withdrawn").where(Document.id == first.id).execute()
    with pytest.raises(Conflict):
        library.decide(library.leader)
    assert library.again(second).standing == "asked"


def test_what_is_approved_for_a_day_to_come_waits_for_it(library: Library, clock: Any) -> None:
    first = library.in_force()
    day = today() + timedelta(days=3)
    second = library.approved(library.revised(first, valid_from=day.isoformat()))
    assert (second.standing, library.again(first).standing) == ("approved", "in_force")
    assert library.seen(first)["values"]["beside"] == "approved"
    assert taking_effect.work(10) == 0
    clock.forward(days=3)
    assert taking_effect.work(10) == 1
    assert taking_effect.work(10) == 0
    assert (library.again(second).standing, library.again(first).standing) == ("in_force", "replaced")


def test_a_second_process_that_waited_for_the_row_does_nothing(library: Library, clock: Any) -> None:
    day = today() + timedelta(days=3)
    row = library.approved(library.draft(valid_from=day.isoformat()))
    enforced = Outbox.select().where(Outbox.kind == ENFORCED)
    assert not in_transaction(taking_effect._put_in_force, library.ledger, row.id), "its day has not come"
    clock.forward(days=3)
    assert in_transaction(taking_effect._put_in_force, library.ledger, row.id)
    at = library.again(row).in_force_at
    clock.forward(hours=1)
    assert not in_transaction(taking_effect._put_in_force, library.ledger, row.id)
    assert (library.again(row).in_force_at, enforced.count()) == (at, 1)


def test_what_was_approved_for_a_day_to_come_can_be_called_off(library: Library) -> None:
    first = library.in_force()
    second = library.approved(library.revised(first, valid_from=(today() + timedelta(days=3)).isoformat()))
    library.act(second, "withdraw", library.admin, reason="先不改")
    assert library.seen(first)["values"]["beside"] is None
    library.revised(first)


def test_laws_take_effect_without_an_approval_for_administrators_alone(library: Library) -> None:
    law = library.draft(
        "安全生产法", library.admin, company=None, folder=library.folder("law"), kind="statute"
    )
    assert law.level == "law"
    with pytest.raises((Forbidden, NotFound)):
        library.act(law, "enter")
    library.act(law, "enter", library.admin)
    assert library.again(law).standing == "in_force"
    own = library.draft()
    with pytest.raises(Conflict):
        library.act(own, "enter", library.admin)


def test_a_rule_of_the_group_is_decided_by_the_group(library: Library) -> None:
    rule = library.draft(
        "集团安全生产责任制", library.admin, company=None, folder=library.folder("group"), kind="rule"
    )
    library.act(rule, "submit", library.admin)
    assert library.waiting() == [("group", "集团安监")]
    library.decide(library.desk)
    assert library.again(rule).standing == "in_force"
    assert library.listed(library.stranger) == [("集团安全生产责任制", 1)]


def test_unit_and_directory_go_together(library: Library) -> None:
    with pytest.raises(Invalid) as groups:
        library.draft(folder=library.folder("group"))
    assert "company" in groups.value.fields
    with pytest.raises(Invalid) as companys:
        library.draft(who=library.admin, company=None)
    assert "company" in companys.value.fields
