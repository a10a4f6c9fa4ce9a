"""What the demo's posts ask (C01, C03, D06), what people were trained in (C06), and a certificate that was sent in (K03)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from models.administration.accounts.actors import actor_for_account
from models.administration.records import Account
from models.core import clock
from models.objectives.holding.refresh import refresh
from models.objectives.records import PersonPost, Post
from models.objectives.requirements.records import HazardFactor, PostCertificate, PostFactor, PostTraining
from models.organization.records import Company, Person
from models.training.archive.records import PASSED, Training
from models.training.archive.rules import counts_until, result_of
from models.training.certificate_types.records import CertificateType
from models.training.courses.records import Course, TrainingType
from models.training.uploads import rules

# By post: certificates (with limits, and whether a must), types of training with hours and period, hazard factors.
_ASKED: dict[str, tuple[tuple[Any, ...], tuple[Any, ...], tuple[tuple[str, str], ...]]] = {
    "叉车司机": ((("N1", "", True),), ("entry", "yearly", "forklift", "fire"), (("噪声", ""), ("化学因素", "内燃叉车尾气"))),
    "起重机司机": ((("Q2", "", True),), ("entry", "yearly", "crane"), (("噪声", ""), ("高温", "行车驾驶室"))),
    "司炉工": ((("G1", "", True), ("急救员证", "", False)), ("entry", "yearly", "boiler"), (("高温", "炉前"), ("噪声", "鼓风机"))),
    "压力容器操作工": ((("R1", "", True),), ("entry", "yearly", "boiler"), (("噪声", ""),)),
    "安全管理员": (
        (("A", "", True), ("安全管理人员安全考核合格证明", "", True), ("注册安全工程师", "", False)),
        ("officer", "officer_yearly", "prevention"), (),
    ),
}  # fmt: skip
# What the words above stand for: type, hours, period, course by which the demo's people did it.
_TRAINING = {
    "entry": ("三级安全教育", "24", "before", ("PX05", "PX06", "PX07")),
    "yearly": ("岗位年度再教育", "8", "year", ("PX10",)),
    "forklift": ("特种设备作业人员培训", "8", "year", ("PX12",)),
    "crane": ("特种设备作业人员培训", "8", "year", ("PX13",)),
    "boiler": ("特种设备作业人员培训", "8", "year", ("PX14",)),
    "fire": ("消防安全培训", "2", "half_year", ("PX22",)),
    "officer": ("安全管理人员培训", "32", "before", ("PX03",)),
    "officer_yearly": ("安全管理人员再培训", "12", "year", ("PX04",)),
    "prevention": ("双重预防培训", "4", "year", ("PX25",)),
}
# How long ago, in days, people did what is asked; every eighth has not been there yet.
_AGO = {"before": 420, "year": 120, "half_year": 60}
_HOLDERS = 40  # of a post, whose training is on file
_SENDER = "钱久安"


def plant_requirements() -> bool:
    """Plant them into the demo's companies, once; says whether it was now. Run it in a transaction."""
    if PostCertificate.select().exists():
        return False
    kinds = {row.held_as: row for row in CertificateType.select().where(CertificateType.company.is_null())}
    for company in Company.select().where(Company.kind == "company").order_by(Company.id):
        for post in Post.select().where(Post.company == company.id).order_by(Post.id):
            if post.name in _ASKED:
                _ask(company, post, kinds)
                _train(company, post)
        refresh(company.id)
    _send_in(kinds["N1"])
    return True


def _ask(company: Company, post: Post, kinds: dict[str, CertificateType]) -> None:
    certificates, trainings, factors = _ASKED[post.name]
    for code, limits, must in certificates:
        PostCertificate.create(company=company, post=post, type=kinds[code], limits=limits or None, must=must)
    for word in trainings:
        name, hours, period, _ = _TRAINING[word]
        kind = TrainingType.get(TrainingType.name == name, TrainingType.company.is_null())
        PostTraining.create(company=company, post=post, type=kind, hours=Decimal(hours), period=period)
    for name, detail in factors:
        factor = HazardFactor.get(HazardFactor.name == name, HazardFactor.company.is_null())
        PostFactor.create(company=company, post=post, factor=factor, detail=detail or None)


def _train(company: Company, post: Post) -> None:
    holders = PersonPost.select(PersonPost.person).where(
        PersonPost.company == company.id, PersonPost.post == post.id
    )
    rows = []
    for word in _ASKED[post.name][1]:
        *_, period, codes = _TRAINING[word]
        for course in Course.select().where(Course.code.in_(codes), Course.company.is_null()):
            for place, held in enumerate(holders.order_by(PersonPost.person).limit(_HOLDERS)):
                if place % 8 != 7 or period == "before":
                    rows.append(_training(company, held.person_id, course, _AGO[period] + place))
    known = {
        (row.person_id, row.course_id) for row in Training.select().where(Training.company == company.id)
    }
    new = [row for row in rows if (row["person"], row["course"]) not in known]
    for start in range(0, len(new), 200):
        Training.insert_many(new[start : start + 200]).execute()


def _training(company: Company, person: int, course: Course, ago: int) -> dict[str, Any]:
    day: date = clock.today() - timedelta(days=ago)
    score = Decimal(76 + (person * 7 + course.id * 3) % 24)
    result = result_of(course, score)
    return {
        "company": company.id, "person": person, "course": course.id, "held_on": day, "hours": course.hours,
        "score": score, "result": result, "counts_until": counts_until(course, day) if result == PASSED else None,
    }  # fmt: skip


def _send_in(kind: CertificateType) -> None:
    """The driver whose certificate is over has sent in the new one, which nobody has compared yet."""
    person = Person.get_or_none(Person.name == _SENDER)
    account = None if person is None else Account.get_or_none(Account.id == person.account_id)
    if account is None:
        return
    actor = actor_for_account(account, "phone", unit_id=person.company_id)
    issued = clock.today() - timedelta(days=6)
    rules.send(
        actor,
        {
            "type": kind.id, "number": f"TS{issued:%Y}33{person.id:06}", "issued_on": issued,
            "valid_until": issued.replace(year=issued.year + 4) - timedelta(days=1), "issuer": "市市场监督管理局",
        },
    )  # fmt: skip


__all__ = ["plant_requirements"]
