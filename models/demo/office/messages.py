"""The demo's chat: an app of the sandbox, who is who in it, deputies and superiors, a chain, presets (L07, X04, G02)."""

from __future__ import annotations

import secrets

from models.demo.people.group_desk import USER_ID, open_desk, plant_tie, tie_again
from models.demo.sign_ins import GROUP_DESK
from models.grid.records import GridNode
from models.messages.channels.records import (
    CARD,
    SMS,
    SYSTEM,
    ChatGroup,
    ChatMember,
    Contact,
    SmsProvider,
    WecomApp,
)
from models.messages.escalation.records import Chain, ChainStep, Preset, PresetGroup, PresetPerson
from models.organization.records import Binding, Company, Person

CORP = "ww0anban0demo"
AGENT = 1000002
_AES_KEY_CHARACTERS = 43
#: Of the cast, by name: the user id in the sandbox, and what the platform's address book calls the post. In the order
#: in which a newcomer should try them: the first three hold the page's three phones.
POSTS = {
    "王大友": ("wangdayou", "叉车司机"),
    "吴双江": ("wushuangjiang", "起重班长"),
    "顾行远": ("guxingyuan", "厂长"),
    "陈安澜": ("chenanlan", "安全科长，管审批"),
    "周守正": ("zhoushouzheng", "安全员"),
    "林知远": ("linzhiyuan", "安全主管，管审批"),
    "钱久安": ("qianjiuan", "叉车司机，证书过期"),
    "李小满": ("lixiaoman", "叉车司机，新来的"),
    GROUP_DESK: (USER_ID, "集团安全监管"),
}
_BOSSES = ("顾行远", "林知远")
_CROWD = 24  # with them all who answer for the demo's places, put its hazards right, or report them
# Nobody answers: again by another way, then the deputy, then the superior.
_STEPS = ((2, "self", SMS), (3, "deputy", CARD), (5, "superior", CARD))


def plant_messages(sandbox_url: str) -> bool:
    """Set the demo's chat up, or let it find the sandbox where it is now; says whether it was new.

    Run it in a transaction, at every start of the demo.
    """
    app = WecomApp.get_or_none(WecomApp.corp_id == CORP)
    if app is not None:
        WecomApp.update(base_url=sandbox_url).where(WecomApp.id == app.id).execute()
        SmsProvider.update(base_url=sandbox_url).where(SmsProvider.provider == "sandbox").execute()
        tie_again(app)
        return False
    app = WecomApp.create(
        name="安班", corp_id=CORP, agent_id=AGENT, app_secret=secrets.token_urlsafe(32),
        callback_token=secrets.token_hex(12), callback_key=_aes_key(), base_url=sandbox_url,
    )  # fmt: skip
    SmsProvider.create(
        name="演示短信（在聊天沙箱里看）", provider="sandbox", base_url=sandbox_url, sign_name="安班"
    )
    for company in _companies():
        _set_up(company, app)
    open_desk(app)
    return True


def _aes_key() -> str:
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
    # The last of the 43 characters carries two bits only: `A` leaves the others zero, as strict decoders ask.
    return "".join(secrets.choice(alphabet) for _ in range(_AES_KEY_CHARACTERS - 1)) + "A"


def _companies() -> list[Company]:
    return list(Company.select().where(Company.kind == "company").order_by(Company.id))


def _set_up(company: Company, app: WecomApp) -> None:
    people = _people(company)
    cast: dict[str, Person] = {str(each.name): each for each in people if each.name in POSTS}
    group = ChatGroup.create(
        company=company.id, name=f"{company.name[:4]}应急群", kind="robot", webhook_key=secrets.token_urlsafe(24),
        app=app.id,
    )  # fmt: skip
    for number, person in enumerate(people):
        user_id = POSTS[person.name][0] if person.name in POSTS else f"worker{company.id}{number:03}"
        taken = ChatMember.select().where(ChatMember.app == app.id, ChatMember.user_id == user_id).exists()
        plant_tie(person, app, f"{user_id}2" if taken else user_id)
    if len(people) < 3:
        return
    worker, deputy = (cast.get(name) or people[at] for at, name in enumerate(("王大友", "吴双江")))
    boss = next((cast[name] for name in _BOSSES if name in cast), people[2])
    mate = next(
        (each for name in ("周守正", "陈安澜") if (each := cast.get(name))),
        next(each for each in people if each.id not in (deputy.id, boss.id)),
    )
    for person in people:
        # The head of a unit has nobody above, and nobody's superior is below them.
        stand_in = mate if person.id == deputy.id else deputy
        superior = None if person.id == boss.id else boss.id
        Contact.create(company=company.id, person=person.id, deputy=stand_in.id, superior=superior)
    chain = Chain.create(company=company.id, name="没人回应时", stop_when="each", reopen_minutes=30)
    for number, (minutes, who, way) in enumerate(_STEPS, 1):
        ChainStep.create(
            company=company.id, chain=chain.id, sequence=number, wait_minutes=minutes, who=who, way=way
        )
    preset = Preset.create(
        company=company.id, name="事故快报：一律通知", level="any", ways=[SYSTEM, CARD], chain=chain.id
    )
    for person in {worker.id, deputy.id, boss.id, *(each.id for each in people[:8])}:
        PresetPerson.create(preset=preset.id, person=person)
    PresetGroup.create(preset=preset.id, group=group.id)


def _people(company: Company) -> list[Person]:
    """The cast of the company, and some of its crowd: who can be found in the sandbox."""
    bound = Binding.select(Binding.person).where(Binding.company == company.id, Binding.state == "approved")
    rows = list(Person.select().where(Person.id.in_(bound)).order_by(Person.id).limit(200))
    cast = [person for person in rows if person.name in POSTS]
    order = list(POSTS)
    cast.sort(key=lambda person: order.index(person.name))
    return [*cast, *[person for person in rows if person.name not in POSTS][:_CROWD]]


def post_of(person: Person) -> str:
    """What the platform's address book says that somebody is."""
    if person.name in POSTS:
        return POSTS[person.name][1]
    post = "安全员" if person.role == "safety_officer" else "作业人员"
    owned = (
        GridNode.select(GridNode.name)
        .where(GridNode.owner == person.id)
        .order_by(GridNode.level, GridNode.id)
    )
    place = owned.first()
    return post if place is None else f"{post}，{place.name}网格责任人"
