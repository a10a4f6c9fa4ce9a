"""The chat sandbox beside the demo (L07): a platform of its own, on its own port, with the demo's people in it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from tornado.httpserver import HTTPServer

from bots import sandbox
from bots.sandbox.core.people import Agent, Department, Member, SandboxGroup, SandboxLabel, Seed
from models.core import clock
from models.core.config import config
from models.core.db.connection import in_transaction
from models.demo.equipment.labels import scannable
from models.demo.office.messages import post_of
from models.demo.people.group_desk import IN_CHAT
from models.messages.channels.records import ChatGroup, ChatMember, WecomApp
from models.organization.records import Company, Person


class ChatSandbox:
    """Serves the sandbox on the running loop until `stop`."""

    def __init__(self, url: str, port: int, public_url: str, state: Path) -> None:
        """Prepare; raises LookupError if the database has no app that lives at `url`."""
        self._made = sandbox.build(state, in_transaction(_seed, url, public_url, write=False))
        self._server = HTTPServer(self._made, **sandbox.SERVER_OPTIONS)
        self._port = port
        # One clock for platform and Anban: what is put forward on the page comes due in both.
        platform_clock = self._made.platform.clock
        platform_clock.shared, platform_clock.zone = True, str(config().time_zone)
        clock.set_clock(
            lambda: datetime.fromtimestamp(platform_clock.now(), UTC), lambda: platform_clock.ahead
        )

    def start(self) -> None:
        """Listen on the loopback. Raises OSError when the port is taken."""
        self._server.listen(self._port, "127.0.0.1")
        self._made.start()

    async def stop(self) -> None:
        """Keep the chat and close."""
        self._server.stop()
        await self._server.close_all_connections()
        await self._made.stop()
        clock.set_clock(None)


def _seed(url: str, public_url: str) -> Seed:
    """The platform's side of what the database knows: the app with its keys, its members, the robots' groups."""
    app = WecomApp.get_or_none(WecomApp.base_url == url)
    if app is None:
        raise LookupError(f"no app at {url}")
    members = list(
        ChatMember.select(ChatMember, Person, Company)
        .join(Person)
        .join(Company, on=(Person.company == Company.id))
        .where(ChatMember.app == app.id)
        .order_by(ChatMember.id)
    )
    units = {each.person.company.id: each.person.company.name for each in members}
    places = {unit: number for number, unit in enumerate(units, start=2)}
    agent = Agent(
        app.agent_id, app.name, secret=app.app_secret, token=app.callback_token, aes_key=app.callback_key,
        callback_url=f"{public_url}/bots/wecom/{app.id}",
    )  # fmt: skip
    return Seed(
        corp_id=app.corp_id,
        corp_name="安班演示",
        agents=[agent],
        departments=[Department(1, "安班演示"), *(Department(places[unit], units[unit], 1) for unit in units)],
        members=[
            Member(
                each.user_id, each.person.name, [places[each.person.company.id]], post_of(each.person), each.person.phone,
            )
            for each in members
        ],
        groups=[
            SandboxGroup(f"group-{group.id}", group.name, _of_unit(members, group.company_id), [(group.webhook_key, "安班")])
            for group in ChatGroup.select().where(ChatGroup.kind == "robot").order_by(ChatGroup.id)
        ],
        labels=[
            SandboxLabel(name, f"{agent.callback_url}/open?to={quote(f'/pages/scan/confirm?e={code}', safe='')}", good)
            for name, code, good in (scannable(members[0].person) if members else ())
        ],
    )  # fmt: skip


def _of_unit(members: list[ChatMember], company_id: int | None) -> list[str]:
    """Who is in the group of a unit: its first dozen, whom a newcomer meets first; in the whole group's its desk and heads."""
    if company_id is None:
        return [each.user_id for each in members if each.person.name in IN_CHAT]
    return [each.user_id for each in members if each.person.company.id == company_id][:12]
