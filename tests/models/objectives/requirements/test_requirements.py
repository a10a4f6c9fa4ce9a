"""What posts ask (A03): whose it is, told apart by company; and the matrices that show it (C01, C03, D06)."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from models.core.errors import Invalid
from models.core.security.actor import Actor
from models.core.security.rights import Scope
from models.core.views import Matrix
from models.core.views.describe import matrix_json
from models.core.views.matrix import AskedMatrix, matrix
from models.core.views.sheets import matrix_sheet
from models.objectives.records import READ_POSTS, Post
from models.objectives.requirements.records import HazardFactor, PostCertificate, PostFactor, PostTraining
from models.objectives.requirements.views import CERTIFICATES_BY_POST, FACTORS_BY_POST, TRAININGS_BY_POST
from models.training.certificate_types.records import CertificateType
from models.training.courses.records import TrainingType
from tests.models.objectives.conftest import Duties


def n1() -> CertificateType:
    return CertificateType.get(CertificateType.code == "N1")


def test_a_company_asks_of_its_own_posts_and_beside_the_standard(duties: Duties) -> None:
    driver, standard = (
        duties.post("叉车司机"),
        Post.create(standing="in_force", company=None, name="专职安全员"),
    )
    own = PostCertificate.get_by_id(
        int(duties.create("post-certificates", post=str(driver.id), type=str(n1().id))["id"])
    )
    assert (own.company_id, own.must) == (duties.unit.id, True)
    PostCertificate.create(company=None, post=standard, type=n1())
    for post in (driver, standard):
        with pytest.raises(Invalid) as refused:
            duties.create("post-certificates", post=str(post.id), type=str(n1().id))
        assert "已经有" in refused.value.fields["type"]
    foreign = Post.create(standing="in_force", company=duties.crowd.other, name="别家的岗位")
    with pytest.raises(Invalid):
        duties.create("post-certificates", post=str(foreign.id), type=str(n1().id))


def test_the_matrix_of_certificates_has_posts_against_kinds(duties: Duties) -> None:
    driver, idle = duties.post("叉车司机"), duties.post("机修工")
    standard, unused = (
        Post.create(standing="in_force", company=None, name=name)
        for name in ("专职安全员", "用不到的标准岗位")
    )
    duties.holder(standard)
    must = PostCertificate.create(company=duties.unit, post=driver, type=n1())
    PostCertificate.create(company=None, post=standard, type=n1(), must=False, sample=True)
    PostCertificate.create(company=None, post=unused, type=n1())
    PostCertificate.create(company=duties.crowd.other, post=standard, type=CertificateType.get(code="A"))
    found = matrix(duties.officer, CERTIFICATES_BY_POST, AskedMatrix())
    assert [(head.title, head.note) for head in found.columns] == [("N1 叉车司机", "2 个岗位")]
    cells = {
        row.label: [(cell.text, cell.row) for cell in row.cells.get(str(n1().id), ())] for row in found.rows
    }
    assert cells["叉车司机"] == [("必须", must.id)] and cells["机修工"] == []
    assert cells["专职安全员"][0][0] == "有更好" and "用不到的标准岗位" not in cells
    sheet = load_workbook(
        BytesIO(matrix_sheet(duties.officer, CERTIFICATES_BY_POST, AskedMatrix()).content)
    ).active
    assert any("N1 叉车司机" in str(cell.value) for row in sheet.iter_rows() for cell in row)
    assert idle.id in {row.id for row in found.rows}
    assert matrix_json(found, duties.officer)["adds"] == {"row": "post", "column": "type"}, (
        "an empty cell adds"
    )
    looking = Actor(1, "看的人", duties.unit.id, {READ_POSTS: Scope.COMPANY})
    assert matrix_json(found, looking)["adds"] is None


@pytest.mark.parametrize(("asks", "stands"), [("our unit", True), ("another unit", False), ("nobody", False)])
def test_a_standard_post_stands_there_for_whom_it_is_of_use(duties: Duties, asks: str, stands: bool) -> None:
    """Nobody holds it: it is shown to a unit that asks something of it, and not because another one does."""
    standard = Post.create(standing="in_force", company=None, name="标准岗位")
    company = {"our unit": duties.unit, "another unit": duties.crowd.other, "nobody": None}[asks]
    PostCertificate.create(company=company, post=standard, type=n1())
    found = matrix(duties.officer, CERTIFICATES_BY_POST, AskedMatrix())
    assert ("标准岗位" in [row.label for row in found.rows], bool(found.columns)) == (stands, stands)


def test_the_map_of_training_and_the_matrix_of_factors_say_how_much_and_from_where(duties: Duties) -> None:
    driver = duties.post("叉车司机")
    safety = TrainingType.get(TrainingType.name == "三级安全教育")
    PostTraining.create(company=duties.unit, post=driver, type=safety, hours="24", period="before")
    noise = HazardFactor.get(HazardFactor.name == "噪声")
    PostFactor.create(company=duties.unit, post=driver, factor=noise, detail="内燃叉车")
    training = matrix(duties.officer, TRAININGS_BY_POST, AskedMatrix())
    assert training.rows[0].cells[str(safety.id)][0].text == "上岗前 24 学时"
    factors = matrix(duties.officer, FACTORS_BY_POST, AskedMatrix())
    assert factors.rows[0].cells[str(noise.id)][0].tip == "内燃叉车"


def test_a_cell_says_must_or_better_and_what_is_to_be_checked(duties: Duties) -> None:
    unit, driver = duties.unit, duties.post("叉车司机")
    types = list(CertificateType.select().limit(3))
    for kind, values in zip(
        types,
        ({"limits": "桥式起重机", "note": "夜班", "sample": True}, {"must": False}, {"note": "夜班"}),
        strict=True,
    ):
        PostCertificate.create(company=unit, post=driver, type=kind, **values)
    trainings = list(TrainingType.select().limit(3))
    for of, values in zip(trainings, ({"sample": True, "note": "夜班"}, {"note": "夜班"}, {}), strict=True):
        PostTraining.create(company=unit, post=driver, type=of, hours="8", period="year", **values)
    factors = list(HazardFactor.select().limit(2))
    for factor, values in zip(factors, ({"sample": True}, {}), strict=True):
        PostFactor.create(company=unit, post=driver, factor=factor, **values)

    def told(view: Matrix, columns: list[Any]) -> list[tuple[str, str, str]]:
        (row,) = matrix(duties.officer, view, AskedMatrix()).rows
        return [(cell.text, cell.tone, cell.tip) for one in columns for cell in row.cells[str(one.id)]]

    assert told(CERTIFICATES_BY_POST, types) == [
        ("必须", "good", "要包含 桥式起重机、夜班、待核对"), ("有更好", "plain", ""), ("必须", "good", "夜班"),
    ]  # fmt: skip
    assert told(TRAININGS_BY_POST, trainings) == [
        ("每年 8 学时", "warn", "待核对"), ("每年 8 学时", "good", "夜班"), ("每年 8 学时", "good", ""),
    ]  # fmt: skip
    assert told(FACTORS_BY_POST, factors) == [("接触", "warn", ""), ("接触", "plain", "")]
