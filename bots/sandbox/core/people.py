"""Who there is on the platform: a corporation with its apps, members, departments and groups."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any
from urllib.parse import urlsplit

_COLOURS = ("#2f7d6d", "#3a6ea5", "#8a5a9e", "#b0643a", "#4f7a3a", "#a34a5c", "#55688a", "#7a6a2f")


@dataclass
class Agent:
    """A self-built app. `visible` are the userids that may see it (None: everybody).

    `domains` are those that its pages may be on (可信域名); the callback's host where none is named.
    """

    agent_id: int
    name: str
    secret: str
    token: str = ""
    aes_key: str = ""
    callback_url: str = ""
    visible: list[str] | None = None
    colour: str = "#0f766e"
    menu: list[dict[str, Any]] = field(default_factory=list)
    domains: list[str] = field(default_factory=list)

    @property
    def trusted(self) -> list[str]:
        """Hosts that a sign-on may lead back to; without any, this machine's."""
        return self.domains or [urlsplit(self.callback_url).hostname or "localhost"]

    @property
    def called_back(self) -> bool:
        """Whether events can be sent to it."""
        return bool(self.callback_url and self.token and self.aes_key)


@dataclass
class Department:
    """A node of the address book; 1 is the root."""

    id: int
    name: str
    parentid: int = 0


@dataclass
class Member:
    """A person. Without a licence (`licensed`) apps can't reach them."""

    userid: str
    name: str
    departments: list[int] = field(default_factory=lambda: [1])
    position: str = ""
    phone: str = ""
    email: str = ""
    colour: str = ""
    licensed: bool = True


@dataclass
class SandboxGroup:
    """A group chat. `robots` are (key, name); one that an app made has its `agent_id`, and its id is the chatid."""

    id: str
    name: str
    members: list[str] = field(default_factory=list)
    robots: list[tuple[str, str]] = field(default_factory=list)
    owner: str = ""
    agent_id: int | None = None


@dataclass
class SandboxLabel:
    """A QR label that hangs somewhere; who holds the first phone may use what it is on (`good`), or not."""

    name: str
    url: str
    good: bool


@dataclass
class Seed:
    """What a sandbox begins with. `accounts` is how many accounts the corporation has paid for."""

    corp_id: str
    corp_name: str
    agents: list[Agent]
    members: list[Member]
    departments: list[Department] = field(default_factory=list)
    groups: list[SandboxGroup] = field(default_factory=list)
    tags: dict[int, list[str]] = field(default_factory=dict)
    accounts: int | None = None
    labels: list[SandboxLabel] = field(default_factory=list)

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Seed:
        """From a file."""
        groups = [
            SandboxGroup(**{**each, "robots": [tuple(robot) for robot in each.get("robots", ())]})
            for each in kept.get("groups", ())
        ]
        return cls(
            kept["corp_id"],
            kept["corp_name"],
            [Agent(**each) for each in kept["agents"]],
            [Member(**each) for each in kept["members"]],
            [Department(**each) for each in kept.get("departments", ())],
            groups,
            {int(id_): list(users) for id_, users in kept.get("tags", {}).items()},
            kept.get("accounts"),
            [SandboxLabel(**each) for each in kept.get("labels", ())],
        )

    def as_json(self) -> dict[str, Any]:
        """For a file; it carries the secrets."""
        return asdict(self)


class Directory:
    """The people of one corporation, found by what the wire calls them; userids know no upper case."""

    def __init__(self, seed: Seed) -> None:
        self.corp_id, self.corp_name = seed.corp_id, seed.corp_name
        self.agents = {agent.agent_id: agent for agent in seed.agents}
        self.departments = {each.id: each for each in seed.departments} or {1: Department(1, seed.corp_name)}
        self.tags, self.labels = seed.tags, seed.labels
        self.groups = {group.id: group for group in seed.groups}
        self.members: dict[str, Member] = {}
        self._accounts = seed.accounts
        for member in seed.members:
            self.add(member)

    @property
    def accounts(self) -> int:
        """How many accounts the corporation has; a day's person-times go by it."""
        return self._accounts or max(100, len(self.members))

    def add(self, member: Member) -> None:
        """A new member, or a new state of one."""
        member.colour = member.colour or _COLOURS[len(self.members) % len(_COLOURS)]
        self.members[member.userid.lower()] = member

    def find(self, userid: str) -> Member | None:
        """The member of that userid."""
        return self.members.get(userid.lower())

    def by_phone(self, phone: str) -> Member | None:
        """The member with that mobile number."""
        return next((member for member in self.members.values() if member.phone == phone), None)

    def agent_of_secret(self, secret: str) -> Agent | None:
        """The app of a secret."""
        return next((agent for agent in self.agents.values() if agent.secret == secret), None)

    def group_of_robot(self, key: str) -> tuple[SandboxGroup, str] | None:
        """The group that a robot's key leads to, and the robot's name."""
        return next(
            ((group, name) for group in self.groups.values() for each, name in group.robots if each == key),
            None,
        )

    def sees(self, agent: Agent, member: Member) -> bool:
        """Whether a member is in the app's visible range."""
        return agent.visible is None or member.userid.lower() in {each.lower() for each in agent.visible}

    def knows(self, userid: str) -> bool:
        """Whether there is such a member."""
        return self.find(userid) is not None

    def seen_by(self, agent: Agent) -> list[Member]:
        """All members in the app's visible range."""
        return [member for member in self.members.values() if self.sees(agent, member)]

    def below(self, department: int) -> set[int]:
        """A department and all under it."""
        found = {department}
        while True:
            more = {each.id for each in self.departments.values() if each.parentid in found} - found
            if not more:
                return found
            found |= more

    def in_departments(self, ids: Iterable[int]) -> list[Member]:
        """Members of departments and those under them."""
        wanted = {one for id_ in ids for one in self.below(id_)}
        return [member for member in self.members.values() if wanted.intersection(member.departments)]

    def groups_of(self, userid: str) -> Sequence[SandboxGroup]:
        """The groups that somebody is in."""
        mine = userid.lower()
        return [group for group in self.groups.values() if mine in (each.lower() for each in group.members)]

    def seed(self) -> Seed:
        """All of it, to be kept."""
        return Seed(
            self.corp_id,
            self.corp_name,
            list(self.agents.values()),
            list(self.members.values()),
            list(self.departments.values()),
            list(self.groups.values()),
            self.tags,
            self._accounts,
            self.labels,
        )
