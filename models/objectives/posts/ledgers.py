"""How posts, their holders and their works are listed, edited and imported (A03, A04, A05)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from peewee import fn

from models.core.fields import LongText
from models.core.ledger import Column, Derived, Filter, ImportPlan, Ledger, Rules, Section
from models.core.ledger.changes.default_rules import plain_create, plain_delete
from models.core.ledger.library.declaration import Library
from models.core.ledger.reading.references import label_by
from models.core.ledger.through import through
from models.core.security.actor import Actor
from models.objectives.calendar.working_days import notices as calendar_notices
from models.objectives.posts import form_text, posts
from models.objectives.posts.leaving_post import give_up
from models.objectives.posts.standards import PARTS, standard_posts
from models.objectives.posts.wording import rhythm
from models.objectives.posts.workflow import PUBLISHED
from models.objectives.records import (
    EDIT_POSTS,
    EXPORT_POSTS,
    IMPORT_POSTS,
    READ_POSTS,
    PersonPost,
    Post,
    PostWork,
)

GROUP = "目标职责"
Loaded = dict[int, Any]
_RIGHTS = {
    "read": READ_POSTS,
    "create": EDIT_POSTS,
    "edit": EDIT_POSTS,
    "delete": EDIT_POSTS,
    "export": EXPORT_POSTS,
}
_RESULT_HELP = (
    "一行一项。必填的前面加 *；要选的写选项，如 外观：完好/破损；"
    "要数字的写 压力（数字），还可以写（日期）（是否）（多行）。不填就只要点“完成”"
)


def _count(record: Any) -> Callable[[Actor, Sequence[Post]], Loaded]:
    """Loads how many rows of `record` a post has, in the companies that the actor sees."""

    def load(actor: Actor, records: Sequence[Post]) -> Loaded:
        query = record.select(record.post, fn.COUNT(record.id)).where(
            record.post.in_([row.id for row in records])
        )
        return dict(actor.see(query, record, READ_POSTS).group_by(record.post).tuples())

    return load


POSTS = Ledger(
    name="posts",
    record=Post,
    title="岗位职责",
    group=GROUP,
    system="A03",
    noun="岗位",
    measure="个",
    empty="还没有岗位。点“从标准库选”引用，或者点“新增”写一个，提交审批后生效。",
    columns=(
        Column("name", 160, fixed=True),
        Column("duties", 360),
        Column("holders", 90),
        Column("works", 100),
        Column("company", 180),
        Column("sequence", 80, shown=False),
    ),
    filters=(Filter("company", "reference"),),
    search=("name",),
    form=(Section("岗位", ("company", "name", "duties", "sequence")),),
    sort="sequence",
    sorts=("sequence", "id"),
    derived=(
        Derived("holders", "人数", "integer", load=_count(PersonPost)),
        Derived("works", "定期工作", "integer", load=_count(PostWork)),
    ),
    note=lambda row: "" if row.company_id else "标准岗位",
    rights={**_RIGHTS, "import": IMPORT_POSTS},
    rules=Rules(posts.create_post, posts.edit_post, plain_delete(Post)),
    importing=ImportPlan(
        columns=("name", "duties", "sequence"),
        file_name="岗位职责导入.xlsx",
        key=("name",),
        samples={"name": "叉车司机", "duties": "班前检查叉车，按规程驾驶", "sequence": "10"},
        notes=(
            "岗位归您现在所在的单位，导入后是草稿，审批通过后生效。",
            "还是草稿的岗位会更新；已经生效的岗位请在系统里点“修订”。",
        ),
    ),
    published=PUBLISHED,
    library=Library("标准岗位库", standard_posts, PARTS, leaves=("sequence",)),
)

PERSON_POSTS = Ledger(
    name="person-posts",
    record=PersonPost,
    title="人员岗位",
    group=GROUP,
    system="A04",
    noun="人员岗位",
    empty="还没有人配置岗位。点“新增”，或者点“导入”批量配置。",
    columns=(
        Column("person", 120, fixed=True),
        Column("post", 160),
        Column("site", 140),
        Column("department", 140, shown=False),
        Column("company", 180),
        Column("created_at", 170, shown=False),
    ),
    filters=(
        Filter("post", "reference"),
        Filter("person", "reference"),
        Filter("site", "reference"),
        Filter("department", "reference"),
        Filter("company", "reference"),
        Filter("created_at", "date_range"),
    ),
    search=("person", "post"),
    search_title="姓名、岗位",
    form=(Section("人员岗位", ("person", "post")),),
    derived=through(PersonPost.person, "site", "department"),
    label=label_by("person"),
    related=("person", "post"),
    rights={name: right for name, right in _RIGHTS.items() if name != "edit"} | {"import": IMPORT_POSTS},
    rules=Rules(create=plain_create(PersonPost), delete=give_up),
    importing=ImportPlan(
        columns=("person", "post"),
        file_name="人员岗位导入.xlsx",
        key=("person", "post"),
        samples={"person": "330102199003070019", "post": "叉车司机"},
        notes=(
            "人员填身份证号；本单位没有重名的，也可以填姓名。",
            "一个人有几个岗位时，每个岗位写一行。",
            "已经有的不会重复新增。新任岗位的人，从下一个周期开始收到定期工作。",
        ),
        prepare=posts.import_holders,
    ),
)

POST_WORKS = Ledger(
    name="post-works",
    record=PostWork,
    title="定人定岗",
    group=GROUP,
    system="A05",
    noun="定期工作",
    measure="项",
    empty="还没有定期工作。点“新增”，写明哪个岗位、多久做一次、做什么。",
    columns=(
        Column("post", 140, fixed=True),
        Column("kind", 130),
        Column("name", 220),
        Column("rhythm", 150),
        Column("target", 140),
        Column("off_days", 190),
        Column("next_on", 120),
        Column("made_on", 120, shown=False),
        Column("enabled", 80),
        Column("days_to_do", 110, shown=False),
        Column("at_hour", 100, shown=False),
        Column("company", 180),
    ),
    filters=(
        Filter("post", "reference"),
        Filter("kind", "choice"),
        Filter("period", "choice"),
        Filter("enabled", "flag"),
        Filter("next_on", "date_range"),
        Filter("company", "reference"),
    ),
    search=("name", "target", "post"),
    search_title="工作内容、对象、岗位",
    form=(
        Section("做什么", ("company", "post", "kind", "name", "target", "text")),
        Section("什么时候做", ("period", "day_of", "off_days", "at_hour", "days_to_do", "enabled")),
        Section("结果要填什么", ("result",)),
    ),
    derived=(
        Derived("rhythm", "什么时候", "text", load=lambda actor, rows: {row.id: rhythm(row) for row in rows}),
        Derived(
            "result", "结果", "longtext", load=lambda actor, rows: {row.id: form_text.spell(row.form) for row in rows},
            field=LongText("结果", max=1500), help=_RESULT_HELP,
        ),
    ),
    tone=lambda row, values: "plain" if row.enabled else "warn",
    notices=calendar_notices,
    related=("post",),
    rights={**_RIGHTS, "import": IMPORT_POSTS},
    rules=Rules(posts.create_work, posts.edit_work, posts.delete_work, takes={}),
    importing=ImportPlan(
        columns=(
            "post", "kind", "name", "target", "text", "period", "day_of", "off_days", "at_hour", "days_to_do", "result",
        ),
        file_name="定人定岗导入.xlsx",
        key=("post", "name"),
        samples={
            "post": "叉车司机", "kind": "设备检查", "name": "叉车班前检查", "period": "每天", "day_of": "1",
            "off_days": "照做", "result": "*外观：完好/破损",
        },
        notes=("同一岗位下同名的工作会更新，不会重复新增。", "第几天：每周填 1 到 7，每月填 1 到 31，0 表示最后一天。"),
    ),
)  # fmt: skip
