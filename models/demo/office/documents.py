"""The demo's rules and procedures: some in force and partly read, one being revised, one waiting (B01, B02, B03)."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from models.administration.accounts.actors import actor_for_account
from models.administration.records import Account
from models.core import clock
from models.core.events.outbox import DONE, Outbox
from models.core.ledger.changes.actions import act
from models.core.ledger.changes.editing import create, edit
from models.core.security.actor import Actor
from models.demo.invented_names import mobile
from models.organization.records import Binding, Company, Person
from models.regulations.ledgers import DOCUMENTS, FOLDERS
from models.regulations.records import COMPANY, GROUP, Document, Folder
from models.regulations.samples import plant_samples
from models.tasks.engine.decide import decide
from models.tasks.people.person_actor import actor_of
from models.tasks.publication.records import EditionRead
from models.tasks.records import OPEN, Case, CaseStep, Task

# Name, number, kind, days ago, whether it is to be read, text.
_RULES = (
    ("安全生产责任制", "JL/AQ-001", "rule", 200, False,
     "一、主要负责人对本单位安全生产全面负责。\n二、管生产必须管安全，谁主管谁负责。\n三、每年签订责任书，年底考核。"),
    ("叉车安全操作规程", "JL/AQ-012", "procedure", 90, True,
     "一、持证上岗，班前扫码。\n二、厂区限速 10 公里，车间限速 5 公里。\n三、载物不挡视线，转弯鸣笛。"),
    ("动火作业管理制度", "JL/AQ-021", "rule", 40, True,
     "一、动火前办作业票，清理 10 米内可燃物。\n二、专人监护，配灭火器。\n三、收工后看守 30 分钟。"),
)  # fmt: skip
_WAITING = (
    "有限空间作业管理制度", "JL/AQ-022", "rule", True,
    "一、先通风、再检测、后作业。\n二、没有监护人不下去。\n三、出了事先报警，不盲目施救。",
)  # fmt: skip
#: Came in by a list from Excel: its file is still to come.
_LISTED = ("高处作业安全操作规程", "JL/AQ-013", "高处作业安全操作规程.pdf")
_GROUP_RULE = (
    "集团安全生产考核办法",
    "JT/AQ-003",
    "一、按季考核，按年兑现。\n二、发生亡人事故的，当年不评先。",
)
_FOLDERS = ("安全管理制度", "操作规程")
_READERS = 14


def plant_documents() -> bool:
    """Plant them into the first company of the demo, once; says whether it was now. Run it in a transaction."""
    if Document.select().exists():
        return False
    admin = actor_for_account(Account.get(Account.login == "admin"), "import")
    company = Company.select().where(Company.kind == "company").order_by(Company.id).get()
    maker = actor_for_account(Account.get(Account.login == mobile(3)), "import")
    last = Outbox.select(Outbox.id).order_by(Outbox.id.desc()).limit(1).scalar() or 0
    plant_samples()
    _group_rule(admin)
    folders = _folders(admin, company)
    made = {}
    for name, number, kind, days, must_read, text in _RULES:
        values = {"name": name, "number": number, "kind": kind, "must_read": must_read, "content": text}
        with clock.standing_at(partial(_earlier, clock.now(), days)):
            made[name] = _approved(maker, _draft(maker, company, folders, **values))
    _read(company, made["叉车安全操作规程"], _READERS)
    _read(company, made["动火作业管理制度"], _READERS // 2)
    Outbox.update(state=DONE).where(Outbox.id > last).execute()  # nobody is rung for what is long past
    _revise(maker, made["叉车安全操作规程"])
    name, number, kind, must_read, text = _WAITING
    waiting = _draft(
        maker, company, folders, name=name, number=number, kind=kind, must_read=must_read, content=text
    )
    act(maker, DOCUMENTS, "submit", [str(waiting.id)], {})
    name, number, file = _LISTED
    _draft(maker, company, folders, name=name, number=number, kind="procedure", file_name=file)
    return True


def _earlier(now: datetime, days: int) -> datetime:
    return now - timedelta(days=days)


def _folders(actor: Actor, company: Company) -> dict[str, str]:
    root = Folder.get(Folder.level == COMPANY, Folder.parent.is_null())
    names = [
        create(
            actor, FOLDERS,
            {"company": str(company.id), "parent": str(root.id), "name": name, "sequence": place * 10},
        )
        for place, name in enumerate(_FOLDERS, 1)
    ]  # fmt: skip
    return {"rule": names[0]["id"], "procedure": names[1]["id"]}


def _draft(actor: Actor, company: Company, folders: dict[str, str], **values: Any) -> Document:
    today = clock.today()
    wanted = {
        "company": str(company.id), "folder": folders[values["kind"]], "issuer": company.name,
        "issued_on": today.isoformat(), "review_on": (today + timedelta(days=3 * 365)).isoformat(), **values,
    }  # fmt: skip
    made: Document = Document.get_by_id(int(create(actor, DOCUMENTS, wanted)["id"]))
    return made


def _group_rule(admin: Actor) -> None:
    folder = Folder.get(Folder.level == GROUP, Folder.parent.is_null())
    name, number, text = _GROUP_RULE
    values = {
        "folder": str(folder.id),
        "name": name,
        "number": number,
        "kind": "rule",
        "content": text,
        "issuer": "集团",
    }
    row = Document.get_by_id(int(create(admin, DOCUMENTS, values)["id"]))
    _approved(admin, row)


def _approved(maker: Actor, row: Document) -> Document:
    """Sent off, and agreed to by whoever is asked, step after step; where nobody is, it waits."""
    act(maker, DOCUMENTS, "submit", [str(row.id)], {})
    case = Case.get(Case.kind == Document.published_as, Case.subject_id == row.id)
    for _ in range(5):
        task = Task.select().join(CaseStep).where(CaseStep.case == case.id, Task.state == OPEN).first()
        if task is None:
            break
        decide(actor_of(task.person_id, "import"), task.id, "agree")
    done: Document = Document.get_by_id(row.id)
    return done


def _read(company: Company, row: Document, count: int) -> None:
    people = (
        Person.select(Person.id)
        .join(Binding)
        .where(Person.company == company.id, Binding.state == "approved")
    )
    for place, person in enumerate(people.order_by(Person.id).limit(count)):
        EditionRead.create(
            company_id=company.id, ledger=DOCUMENTS.name, row_id=row.id, person_id=person.id, door="phone",
            read_at=(row.in_force_at or clock.now()) + timedelta(hours=2 + 3 * place),
        )  # fmt: skip


def _revise(maker: Actor, row: Document) -> None:
    act(maker, DOCUMENTS, "revise", [str(row.id)], {"why": "十月车间叉车擦碰，车间限速从 5 公里降到 3 公里"})
    draft = Document.get(Document.replaces == row.id)
    text = (draft.content or "").replace("车间限速 5 公里", "车间限速 3 公里")
    edit(maker, DOCUMENTS, draft.id, draft.version, {"content": text})


__all__ = ["plant_documents"]
