"""Posts against what they ask: certificates (C01 证照矩阵), training (C03 培训地图), hazard factors (D06 危害因素矩阵)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from peewee import fn

from models.core.fields import Choice
from models.core.views import Cell, Head, Matrix
from models.objectives.posts.ledgers import POSTS
from models.objectives.records import PersonPost, Post
from models.objectives.requirements.ledgers import POST_CERTIFICATES, POST_FACTORS, POST_TRAININGS
from models.objectives.requirements.records import HazardFactor, PostCertificate, PostFactor, PostTraining
from models.tasks.publication.records import IN_FORCE
from models.training.certificate_types.records import CertificateType
from models.training.courses.records import PERIODS, TrainingType

_PERIOD: Mapping[str, Choice] = {choice.value: choice for choice in PERIODS}


def _columns(record: Any, what: str, target: Any, title: Callable[[Any], str], company: int) -> list[Head]:
    """The kinds that some post of the company is asked for, in their own order; small beside it how many posts are."""
    link = record._meta.fields[what]
    query = record.select(link, fn.COUNT(fn.DISTINCT(record.post))).where(record.in_use_at(company))
    counts = dict(query.where(_shown(record, company)).group_by(link).tuples())
    rows = target.select().where(target.id.in_(list(counts) or (0,))).order_by(target.sequence, target.id)
    return [Head(str(row.id), title(row), f"{counts[row.id]} 个岗位") for row in rows]


def _shown(record: Any, company: int) -> Any:
    return record.post.in_(Post.select(Post.id).where(_posts(company, record)))


def _posts(company: int, record: Any) -> Any:
    """Posts in force: of the company, standard ones that somebody there holds, and those that it asks something of."""
    held = PersonPost.select(PersonPost.post).where(PersonPost.company == company)
    own = record.select(record.post).where(record.company == company)
    used = Post.company.is_null() & (Post.id.in_(held) | Post.id.in_(own))
    return (Post.standing == IN_FORCE) & ((Post.company == company) | used)


def _cells(
    record: Any,
    what: str,
    cell: Callable[[Any], Cell],
    company: int,
    rows: Sequence[Any],
    where: Sequence[Any],
) -> Mapping[tuple[int, str], Sequence[Cell]]:
    """What the posts in the rows are asked; a press opens the requirement."""
    found: dict[tuple[int, str], list[Cell]] = defaultdict(list)
    query = record.select().where(
        record.in_use_at(company), record.post.in_([row.id for row in rows] or (0,))
    )
    for row in query.order_by(record.id):
        found[row.post_id, str(row.__data__[what])].append(cell(row))
    return found


def _certificate(row: PostCertificate) -> Cell:
    tip = "、".join(
        part for part in (row.limits and f"要包含 {row.limits}", row.note, row.sample and "待核对") if part
    )
    return Cell("必须" if row.must else "有更好", "good" if row.must else "plain", tip, row=row.id)


def _training(row: PostTraining) -> Cell:
    text = f"{_PERIOD[row.period].title} {row.hours.normalize():f} 学时"
    return Cell(
        text, "warn" if row.sample else "good", "待核对" if row.sample else row.note or "", row=row.id
    )


def _factor(row: PostFactor) -> Cell:
    return Cell("接触", "warn" if row.sample else "plain", row.detail or "", row=row.id)


def _matrix(
    ledger: Any, what: str, target: Any, head: Callable[[Any], str], cell: Any, **said: Any
) -> Matrix:
    record = ledger.record
    return Matrix(
        ledger=ledger, rows=POSTS, sort="sequence", adds=("post", what),
        of_company=lambda company, where: _posts(company, record),
        columns=partial(_columns, record, what, target, head),
        cells=partial(_cells, record, what, cell),
        **said,
    )  # fmt: skip


CERTIFICATES_BY_POST = _matrix(
    POST_CERTIFICATES, "type", CertificateType, lambda row: row.title, _certificate,
    name="post-certificate-matrix", title="证照矩阵", system="C01",
)  # fmt: skip
TRAININGS_BY_POST = _matrix(
    POST_TRAININGS, "type", TrainingType, lambda row: row.name, _training,
    name="training-map", title="培训地图", system="C03",
)  # fmt: skip
FACTORS_BY_POST = _matrix(
    POST_FACTORS, "factor", HazardFactor, lambda row: row.name, _factor,
    name="hazard-factor-matrix", title="危害因素矩阵", system="D06",
)  # fmt: skip
