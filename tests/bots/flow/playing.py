"""The loop of a hazard as it is played in the sandbox: a unit with a grid, six phones, everything over HTTP."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from PIL import Image

from models.administration.accounts.actors import actor_for_account, system_actor
from models.administration.records import Account, Assignment
from models.administration.roles.roles import builtin
from models.core import clock
from models.core.db.connection import in_transaction
from models.core.files import photos
from models.core.security.actor import Actor
from models.grid import rules
from models.grid.records import GridNode
from models.hazards.records import REPORT_HAZARDS, Hazard, MajorCriterion
from models.hazards.report.open_hazard import LEDGER
from models.hazards.report.snapshot import snap
from models.messages.channels.records import ChatMember, Contact
from models.organization.records import Person
from models.tasks.engine.decide import decide
from models.tasks.records import Case, CaseStep, Flow, FlowVersion, Task
from tests.bots.flow.wired import Wired
from tests.support.account_ties import tie_chat
from tests.support.chat_sandbox import Entry, Phone

#: Who plays what, by user id in the sandbox.
PARTS = {
    "工": "wangjian", "班": "lifang", "站": "zhaomin", "电": "chenlei", "总": "sunyan", "外": "zhoubo",
}  # fmt: skip
FORM = "/pages/tasks/task"


def photo(shade: int = 9, kind: str = "JPEG") -> bytes:
    """A picture, each shade another."""
    target = io.BytesIO()
    Image.new("RGB", (40, 30), (shade, 80, 80)).save(target, kind)
    return target.getvalue()


class Play:
    """工 reports, 班 owns the switch room, 站 the site, 总 the company; 电 puts right; 外 has nothing to do with it."""

    def __init__(self, wired: Wired) -> None:
        self.wired = wired
        unit = wired.crowd.unit
        self.people: dict[str, Person] = {}
        for name, user in PARTS.items():
            self.people[name] = self._person(name, user)
        for name, above in (("班", "站"), ("站", "总"), ("电", "站")):
            Contact.create(company=unit, person=self.people[name].id, superior=self.people[above].id)
        site = wired.crowd.node("一厂", "site", unit)
        type(site).update(company_root=unit.id).where(type(site).id == site.id).execute()
        Person.update(site=site.id).where(Person.id == self.people["工"].id).execute()
        self.nodes: dict[str, GridNode] = {}
        for name, level, parent, owner, more in (
            ("供水", 1, None, "总", {}),
            ("公司", 2, "供水", "总", {}),
            ("一厂", 3, "公司", "站", {"site": site.id}),
            ("配电室", 4, "一厂", "班", {"lng": 120.1001, "lat": 30.1001}),
        ):
            values = {
                "company": unit.id, "name": name, "level": str(level), "owner": self.people[owner].id,
                "parent": self.nodes[parent].id if parent else None, **more,
            }  # fmt: skip
            self.nodes[name] = in_transaction(rules.create_node, self._house(), values)
        wired.work()

    def _person(self, name: str, user: str) -> Person:
        there = ChatMember.get_or_none(ChatMember.user_id == user)
        if there is not None:
            Person.update(name=name).where(Person.id == there.person_id).execute()
            Account.update(name=name).where(Account.id_hash == there.person.id_hash).execute()
            return Person.get_by_id(there.person_id)
        person = self.wired.crowd.person(card=None, name=name)
        tie_chat(person, self.wired.works.app, user)
        return person

    def _house(self) -> Actor:
        from dataclasses import replace

        return replace(system_actor(), company_id=self.wired.crowd.unit.id)

    def actor(self, name: str, door: str = "phone") -> Actor:
        """Somebody, signed in."""
        account = Account.get(Account.id_hash == self.people[name].id_hash)
        if account.current_company_id is None:
            account.current_company = self.wired.crowd.unit.id
            account.save(only=["current_company"])
        return actor_for_account(account, door)

    def promote(self, name: str, role: str, *, everywhere: bool = False) -> None:
        """Somebody has a role more, at the unit or for the whole group."""
        account = Account.get(Account.id_hash == self.people[name].id_hash)
        company = None if everywhere else self.wired.crowd.unit.id
        Assignment.create(account_id=account.id, role=builtin(role), company_id=company)

    # -- phones

    def phone(self, name: str) -> Phone:
        """Somebody's phone."""
        return self.wired.sandbox.person(PARTS[name])

    def card(self, name: str) -> Entry:
        """The newest card of somebody."""
        return self.phone(name).cards()[-1]

    def titles(self, name: str) -> list[str]:
        """What each card of somebody is about, oldest first."""
        return [title(card) for card in self.phone(name).cards()]

    def press(self, name: str, verb: str, chosen: Any = None, card: Entry | None = None) -> Entry:
        """Press, let everything that follows happen, and give the pressed card as it is then."""
        pressed = card or self.card(name)
        told = self.phone(name).press(pressed, verb, chosen)
        assert told["delivered"]["ok"], told
        assert told["reply"] == "update_template_card", told
        self.wired.work()
        return self.again(name, pressed)

    def again(self, name: str, card: Entry) -> Entry:
        """A card as it looks now."""
        return next(each for each in self.phone(name).cards() if each["serial"] == card["serial"])

    # -- other doors

    def snap(self, name: str = "工", **data: Any) -> Hazard:
        """Somebody reports on the phone, in the switch room; told and sent."""
        kept = in_transaction(photos.upload, self.actor(name), LEDGER, REPORT_HAZARDS, "a.jpg", photo())
        given = {"what": "电缆裸露", "grid": str(self.nodes["配电室"].id), "photos": [str(kept.id)], **data}
        hazard, _ = in_transaction(snap, self.actor(name), given, key=None)
        self.wired.work()
        return hazard

    def does(self, name: str, hazard: Hazard, outcome: str, *, comment: str = "", **values: Any) -> None:
        """Somebody does their open task of it on the phone."""
        in_transaction(
            decide, self.actor(name), self.task(name, hazard).id, outcome, values=values, comment=comment
        )
        self.wired.work()

    def plan(self, hazard: Hazard, name: str = "站", **more: Any) -> None:
        """The plan, on the phone."""
        due = (clock.now() + timedelta(days=3)).isoformat()
        values = {"rectifier": self.people["电"].id, "due_at": due, "measures": "包扎", **more}
        self.does(name, hazard, "assign", **values)

    def judge_major(self, name: str, hazard: Hazard) -> None:
        """A major hazard, by the first criterion, on the phone."""
        criterion = MajorCriterion.get(MajorCriterion.enabled == True)  # noqa: E712
        self.does(name, hazard, "hazard", level="major", criterion=str(criterion.id))

    def submit(self, hazard: Hazard, name: str = "电") -> None:
        """What was put right, with a photo, on the phone."""
        kept = in_transaction(photos.upload, self.actor(name), LEDGER, REPORT_HAZARDS, "b.jpg", photo(90))
        self.does(name, hazard, "submit", result="已包扎", photos_after=[str(kept.id)])

    def task(self, name: str, hazard: Hazard) -> Task:
        """Somebody's open task of it."""
        found: Task = Task.get(
            Task.person == self.people[name].id, Task.subject_id == hazard.id, Task.state == "open"
        )
        return found

    def case(self, hazard: Hazard) -> Case:
        """Its case."""
        found: Case = Case.get(Case.kind == "hazard", Case.subject_id == hazard.id)
        return found

    def step(self, hazard: Hazard) -> CaseStep:
        """Its open step."""
        found: CaseStep = CaseStep.get(CaseStep.case == self.case(hazard).id, CaseStep.state == "open")
        return found


def title(card: Entry) -> str:
    """A card's title."""
    return str(card["content"]["main_title"]["title"])


def text(card: Entry) -> str:
    """All that stands on a card."""
    return str(card["content"])


def live(card: Entry) -> list[str]:
    """The buttons that call back."""
    return [each["text"] for each in card["content"].get("button_list", []) if each.get("type", 0) == 0]


def links(card: Entry) -> dict[str, str]:
    """Where its buttons and links lead in the phone client."""
    content = card["content"]
    found = {each["text"]: each.get("url", "") for each in content.get("button_list", [])}
    found |= {each["title"]: each["url"] for each in content.get("jump_list", [])}
    return {name: opens(url) for name, url in found.items() if url}


def opens(url: str) -> str:
    """A page of the phone client, from the address that signs on first."""
    return unquote(parse_qs(urlsplit(url).query)["to"][0])


def signed_by(play: Play, rule: str, *names: str) -> None:
    """The unit has a flow of its own for hazards: these people agree, by this rule."""
    flow = Flow.create(kind="hazard", company=play.wired.crowd.unit, name="会签", published=1)
    who = [{"by": "person", "id": play.people[name].id} for name in names]
    step = {"key": "sign", "title": "会签", "kind": "approve", "rule": rule, "who": who, "hours": 24}
    FlowVersion.create(flow=flow, number=1, definition={"own": "allow", "steps": [step]})
