"""Workbooks to import, and what came of them."""

from datetime import date
from io import BytesIO

import pytest
from openpyxl import Workbook

from models.core.errors import Conflict
from models.core.excel.imports import importing
from models.core.jobs import jobs
from models.core.ledger import ImportPlan
from tests.models.core import small_ledgers

TITLES = ["单位", "姓名", "身份证号", "联系电话", "人员类型", "允许审核", "工号"]


def id_number(number):
    """Of people whom `house` does not make."""
    return small_ledgers.id_number(100_000 + number)


def book(*rows, titles=TITLES):
    made = Workbook()
    for row in (titles, *rows):
        made.active.append(row)
    target = BytesIO()
    made.save(target)
    return target.getvalue()


def line(number, name="李四", **changes):
    values = {"单位": "", "姓名": name, "身份证号": id_number(number), "联系电话": f"139{number:08}"}
    values |= {"人员类型": "作业人员", "允许审核": "否", "工号": f"g{number}"}
    return list((values | changes).values())


def check(world, content, ledger=small_ledgers.PERSONS, actor=None):
    checked = importing.check(actor or world.in_a, ledger, content, lambda done, total: None)
    return importing.import_check("表.xlsx", checked)


def faults(found):
    return [(error["cell"], error["code"]) for error in found["errors"]]


def finish(job):
    jobs.wait(job["id"])
    return jobs.Job.get_by_id(int(job["id"]))


def upload(world, content, ledger=small_ledgers.PERSONS, actor=None):
    """The dry run as the console has it done: a job."""
    job = importing.start_check(actor or world.in_a, ledger, "人员.xlsx", content)
    done = finish(job)
    assert done.state == "done", done.error
    return done


def with_import():

    ledger = object.__new__(type(small_ledgers.EQUIPMENT))
    ledger.__dict__.update(small_ledgers.EQUIPMENT.__dict__)
    ledger.__dict__["importing"] = ImportPlan(
        columns=("name", "type", "site", "state", "quick_open", "next_inspection_on", "lng"),
        file_name="设备.xlsx",
    )
    return ledger


def equipment_book(count):
    titles = ["设备名称", "设备种类", "厂站", "使用状态", "快开门式", "下次检验日期", "经度"]
    rows = [[f"{n}号叉车", "叉车", "甲一厂", "", "", date(2027, 1, 1 + n % 28), 120.5] for n in range(count)]
    return book(*rows, titles=titles)


def refused(world, job_id, kind=Conflict, actor=None):
    with pytest.raises(kind) as caught:
        importing.start_commit(actor or world.in_a, small_ledgers.PERSONS, job_id)
    return caught.value.code
