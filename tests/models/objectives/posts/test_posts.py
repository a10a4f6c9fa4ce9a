"""Posts, their holders, their works, the form of a work, and the matrix (A03, A04, A05)."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import Any

import pytest
from openpyxl import Workbook

from models.administration.accounts.actors import system_actor
from models.core.clock import now
from models.core.db.connection import in_transaction
from models.core.errors import Conflict, Invalid
from models.core.excel.imports import importing
from models.core.history import Change
from models.core.ledger import ledger_named
from models.core.ledger.changes.editing import get
from models.core.ledger.reading.listing import list_rows
from models.core.ledger.reading.query import ListQuery
from models.objectives.posts import posts
from models.objectives.records import PersonPost, Post, PostWork
from models.tasks.assigned.forms import inputs_of
from tests.models.objectives.conftest import Duties


def bring(who: Any, name: str, *lines: tuple[Any, ...]) -> tuple[int, int] | list[str]:
    """Import a sheet: what was made and changed, or the cells with faults."""
    book = Workbook()
    for line in lines:
        book.active.append(line)
    content = io.BytesIO()
    book.save(content)
    ledger = ledger_named(name)
    assert ledger is not None
    checked = importing.check(who, ledger, content.getvalue(), lambda done, total: None)
    if checked.errors:
        return [f"{error.cell} {error.message}" for error in checked.errors]
    saved: tuple[int, int] = in_transaction(
        importing.commit, who, ledger, checked.sheet, lambda done, total: None
    )
    return saved


def test_a_standard_post_serves_every_company(duties: Duties) -> None:
    standard = Post.create(standing="in_force", company=None, name="电工")
    own = duties.post("叉车司机")
    rows = list_rows(duties.officer, ledger_named("posts"), ListQuery())["items"]
    assert {row["id"] for row in rows} == {str(standard.id), str(own.id)}
    work = duties.work(standard)
    assert (work.company_id, work.post_id) == (duties.unit.id, standard.id)
    stranger = Post.create(standing="in_force", company=duties.crowd.other, name="别家的")
    with pytest.raises(Invalid) as caught:
        duties.work(stranger)
    assert set(caught.value.fields) == {"post"}


def test_names_of_posts_are_unique_within_company_and_standard(duties: Duties) -> None:
    duties.post("叉车司机")
    with pytest.raises(Invalid):
        duties.post("叉车司机")
    standard = Post.create(
        standing="in_force", company=None, name="叉车司机"
    )  # the standard one may be called the same
    other = Post.create(standing="in_force", company=None, name="电工")
    posts.edit_post(system_actor(), standard, {"name": "叉车司机"})
    with pytest.raises(Invalid):
        posts.edit_post(system_actor(), other, {"name": "叉车司机"})


def test_a_post_in_use_is_not_deleted(duties: Duties) -> None:
    post = duties.post()
    duties.holder(post)
    with pytest.raises(Conflict) as caught:
        duties.delete("posts", post.id)
    assert caught.value.code == "not_editable"


def test_the_next_day_is_known_as_soon_as_a_work_is_written(duties: Duties, clock: Any) -> None:
    """Sunday 2026-11-22, 08:00: what is given out at 7 begins tomorrow, what at 9, today."""
    post = duties.post()
    assert duties.work(post, off_days="anyway", at_hour="7").next_on == date(2026, 11, 23)
    assert duties.work(post, name="b", off_days="anyway", at_hour="9").next_on == date(2026, 11, 22)
    assert duties.work(post, name="c", off_days="after", at_hour="9").next_on == date(2026, 11, 23)
    assert duties.work(post, name="d", enabled=False).next_on is None
    monthly = duties.work(post, name="e", period="month", day_of="5")
    assert monthly.next_on == date(2026, 12, 7)  # the fifth is a Saturday
    duties.edit("post-works", monthly.id, day_of="8", off_days="before")
    assert duties.again(monthly).next_on == date(2026, 12, 8)
    duties.edit("post-works", monthly.id, enabled=False)
    assert duties.again(monthly).next_on is None


def test_a_weekly_work_has_no_eighth_day(duties: Duties) -> None:
    with pytest.raises(Invalid) as caught:
        duties.work(duties.post(), period="week", day_of="8")
    assert set(caught.value.fields) == {"day_of"}
    assert duties.work(duties.post("岗位七"), period="week", day_of="7").next_on is not None
    assert duties.work(duties.post("岗位八"), period="month", day_of="8").next_on is not None


def test_a_changed_text_leaves_the_next_day_alone(duties: Duties) -> None:
    work = duties.work(duties.post(), off_days="anyway")
    PostWork.update(next_on=date(2026, 11, 20)).where(PostWork.id == work.id).execute()  # due, not made yet
    duties.edit("post-works", work.id, text="看轮胎")
    assert duties.again(work).next_on == date(2026, 11, 20)


def test_the_form_is_written_as_text_and_read_back(duties: Duties) -> None:
    text = "*外观：完好/破损\n压力（数字）\n检查日期（日期）\n备注（多行）\n合格（是否）\n编号"
    work = duties.work(duties.post(), result=text)
    fields = {field.title: field for field in inputs_of(work.form).values()}
    assert list(fields) == ["外观", "压力", "检查日期", "备注", "合格", "编号"]
    assert [field.kind for field in fields.values()] == [
        "choice", "number", "date", "longtext", "flag", "text",
    ]  # fmt: skip
    assert fields["外观"].required
    assert not fields["压力"].required
    shown = in_transaction(get, duties.officer, ledger_named("post-works"), work.id)
    assert shown["values"]["result"] == text
    names = {item["title"]: item["name"] for item in work.form}
    duties.edit("post-works", work.id, result="备注（多行）\n*外观：完好/破损")
    kept = {item["title"]: item["name"] for item in duties.again(work).form}
    assert kept == {title: names[title] for title in ("备注", "外观")}  # what was filled in can still be read
    duties.edit("post-works", work.id, result="")
    assert duties.again(work).form is None


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("外观：完好", "第 1 行"),
        ("压力\n压力（数字）", "第 2 行"),
        ("压力（数字）\n*", "第 2 行"),
        ("外观：好/好", "第 1 行"),
        ("很长" * 21, "第 1 行"),
        ("\n".join(f"项{n}" for n in range(21)), "最多 20 项"),
    ],
)
def test_a_wrong_form_says_in_which_line(duties: Duties, text: str, line: str) -> None:
    with pytest.raises(Invalid) as caught:
        duties.work(duties.post(), result=text)
    assert line in caught.value.fields["result"]


def test_posts_are_given_to_many_people_by_a_sheet(duties: Duties) -> None:
    post = duties.post()
    people = [duties.crowd.person() for _ in range(3)]
    duties.hold(people[0], post)
    head = ("人员", "岗位")
    lines = [(person.name, post.name) for person in people]
    assert bring(duties.officer, "person-posts", head, *lines) == (2, 1)
    assert PersonPost.select().where(PersonPost.post == post.id).count() == 3
    trail = Change.select().where(Change.table == "person_post", Change.action == "created")
    assert trail.count() == 2
    faults = bring(
        duties.officer, "person-posts", head, ("没有的人", post.name), (people[0].name, "没有的岗位")
    )
    assert isinstance(faults, list)
    assert [fault[:2] for fault in faults] == ["A2", "B3"]
    stranger = duties.crowd.person(unit=duties.crowd.other, name="别家人")
    assert isinstance(bring(duties.officer, "person-posts", head, (stranger.name, post.name)), list)


def test_works_are_imported_with_their_form(duties: Duties) -> None:
    post = duties.post()
    head = ("岗位", "任务类型", "工作内容", "周期", "第几天", "遇到休息日", "结果")
    sheet = (head, (post.name, "设备检查", "月检", "每月", 31, "顺延到下一个工作日", "*外观：完好/破损"))
    assert bring(duties.officer, "post-works", *sheet) == (1, 0)
    work = PostWork.get(PostWork.name == "月检")
    assert work.next_on == date(2026, 11, 30)
    assert [item["title"] for item in work.form] == ["外观"]
    assert bring(duties.officer, "post-works", *sheet) == (0, 1)


def test_a_work_that_made_tasks_is_switched_off_not_deleted(duties: Duties, clock: Any) -> None:
    post = duties.post()
    duties.holder(post, now() - timedelta(days=1))
    work = duties.work(post, off_days="anyway", at_hour="9")
    clock.forward(hours=1)
    assert duties.run() == 1
    with pytest.raises(Conflict) as caught:
        duties.delete("post-works", work.id)
    assert caught.value.code == "has_tasks"
