"""The people of a drill: on our side with files, accounts and phones signed in, on the platform's with user ids.

Person number n is `u<n>` on the platform and has the phone token `Town.world.token(n)`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from bots.sandbox.core.people import Agent, Department, Member, SandboxGroup, Seed
from models.administration.records import Account, Session
from models.administration.roles import builtin_roles
from models.administration.roles.roles import assign
from models.core import clock
from models.core.db.connection import in_transaction
from models.core.security import crypto
from models.messages.channels.records import (
    BY_BOOK,
    CARD,
    SMS,
    SYSTEM,
    ChatGroup,
    ChatMember,
    Contact,
    SmsProvider,
    WecomApp,
)
from models.messages.escalation.records import Chain, ChainStep, Preset, PresetGroup
from models.organization.records import Company, Person
from scripts.bench.product.seed import seed
from scripts.bench.world import World

CORP, AGENT, AES_KEY = "ww0drill", 1000002, "d" * 42 + "A"
SECRET, TOKEN = "drill-secret", "drilltoken"
OFFICER = "an-officer-of-the-drill"  # the console session of a safety officer
#: (minutes to wait, who, way): who stays silent is told by SMS, then their superior by card.
STEPS = ((30, "self", SMS), (30, "superior", CARD))
_PIECE = 1000


@dataclass(frozen=True)
class Town:
    """`persons` by number; the app's id; the callback's address; our groups."""

    world: World
    company_id: int
    app_id: int
    public_url: str
    persons: tuple[int, ...]
    group_ids: tuple[int, ...]

    @property
    def groups(self) -> int:
        """How many group chats."""
        return len(self.group_ids)

    def user(self, number: int) -> str:
        """The user id on the platform."""
        return f"u{number}"

    @property
    def callback(self) -> str:
        """Where the platform tells the app what people do."""
        return f"{self.public_url}/bots/wecom/{self.app_id}"

    @property
    def agent(self) -> Agent:
        """The app as the platform knows it."""
        return Agent(AGENT, "安班", secret=SECRET, token=TOKEN, aes_key=AES_KEY, callback_url=self.callback)


def phone(number: int) -> str:
    """The mobile number, as `scripts.bench.product.seed` gives it."""
    return f"139{number:08d}"


def platform_seed(town: Town) -> Seed:
    """The platform's side."""
    numbers = range(len(town.persons))
    return Seed(
        corp_id=CORP,
        corp_name="演练",
        agents=[town.agent],
        departments=[Department(1, "演练")],
        members=[Member(town.user(n), f"工人{n:04d}", [1], "工人", phone(n)) for n in numbers],
        groups=[
            SandboxGroup(f"g{n}", f"群{n}", [town.user(0)], [(f"robot-{n}", "安班")])
            for n in range(town.groups)
        ],
    )


def plant(
    sandbox_url: str,
    public_url: str,
    *,
    people: int,
    groups: int,
    steps: Sequence[tuple[int, str, str]] = STEPS,
) -> Town:
    """One unit of so many people in the chat, with a preset and a chain that tell them all, and an officer."""
    world = World(persons=people, equipment=0, companies=1, seed="anban-drill")
    seed(world, public_url)
    return in_transaction(_chat, world, sandbox_url, public_url, groups, steps)


def _chat(
    world: World, sandbox_url: str, public_url: str, groups: int, steps: Sequence[tuple[int, str, str]]
) -> Town:
    company = Company.get(Company.kind == "company")
    app = WecomApp.create(
        company=company, name="安班", corp_id=CORP, agent_id=AGENT, app_secret=SECRET, callback_token=TOKEN,
        callback_key=AES_KEY, base_url=sandbox_url,
    )  # fmt: skip
    SmsProvider.create(
        company=company, name="沙箱短信", provider="sandbox", base_url=sandbox_url, sign_name="安班"
    )
    files = list(Person.select(Person.id, Person.account_id).order_by(Person.id))
    persons = tuple(row.id for row in files)
    members = [
        {
            "company": company.id, "person": row.id, "app": app.id, "user_id": f"u{n}", "account_id": row.account_id,
            "how": BY_BOOK, "tied_at": clock.now(),
        }
        for n, row in enumerate(files)
    ]  # fmt: skip
    # Everybody's superior is the next one, so that no single answer speaks for all.
    contacts = [
        {"company": company.id, "person": person, "superior": persons[(n + 1) % len(persons)]}
        for n, person in enumerate(persons)
    ]
    for record, rows in ((ChatMember, members), (Contact, contacts)):
        for start in range(0, len(rows), _PIECE):
            record.insert_many(rows[start : start + _PIECE]).execute()
    chats = _plan(company, app, groups, steps)
    officer(company)
    return Town(world, company.id, app.id, public_url, persons, chats)


def _plan(
    company: Company, app: WecomApp, groups: int, steps: Sequence[tuple[int, str, str]]
) -> tuple[int, ...]:
    """The chain, and the preset that tells everybody and all groups; gives the groups."""
    chats = []
    chain = Chain.create(company=company, name="全体")
    for sequence, (minutes, who, way) in enumerate(steps, 1):
        ChainStep.create(
            company=company, chain=chain, sequence=sequence, wait_minutes=minutes, who=who, way=way
        )
    preset = Preset.create(
        company=company, name="全体", level="any", ways=[SYSTEM, CARD], everyone=True, chain=chain
    )
    for n in range(groups):
        made = ChatGroup.create(
            company=company, name=f"群{n}", kind="robot", webhook_key=f"robot-{n}", app=app
        )
        PresetGroup.create(preset=preset, group=made)
        chats.append(made.id)
    return tuple(chats)


def officer(company: Company) -> None:
    """A safety officer of the unit, signed in on the console with the token OFFICER."""
    account = Account.create(company=company, login="drill-officer", name="演练安全员", phone="13700000000")
    assign(account.id, builtin_roles.REVIEWING_OFFICER, company.id)
    Session.create(
        token_hash=crypto.hash_token(OFFICER), account_id=account.id, door="console",
        expires_at=clock.now() + timedelta(days=1),
    )  # fmt: skip
