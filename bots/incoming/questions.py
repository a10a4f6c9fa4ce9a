"""是我 / 不是我: a unit's question to somebody who has an account already, as a card (I2)."""

from __future__ import annotations

from bots.card import Button, Card
from bots.incoming.pressing import Press, Pressed, pressed
from models.core.errors import AnbanError
from models.messages.channels.members import actor_of, member_of
from models.personnel.bindings import claims

KIND = "claim"
_PATH = "/pages/units/index"


def card_for(app_id: int, user_id: str, invitation_id: int) -> Card | None:
    """The question as it stands; None where it is not asked (any more). In a transaction."""
    try:
        actor = actor_of(member_of(app_id, user_id))
    except AnbanError:  # they are nobody here any more
        return None
    asked = {int(each["id"]): each["unit"]["name"] for each in claims.questions_of(actor)}
    unit = asked.get(invitation_id)
    if unit is None:
        return None
    return Card(
        KIND, invitation_id, 1, f"{unit}：是您本人吗", tone="info", path=_PATH,
        lead=f"{unit}登记了一份人员档案，身份证号和您的一样。点“是我”后，由这个单位审核；不认识这个单位，请点“不是我”。",
        buttons=(Button("是我", "mine", style="primary"), Button("不是我", "not_mine")),
    )  # fmt: skip


@pressed(KIND)
def answer(pressing: Press) -> Pressed:
    """Answer for who presses, by the rule that the phone goes by. What was answered before is refused."""
    click = pressing.click
    mine = click.verb == "mine"
    outcome = claims.answer(actor_of(pressing.member), click.id, mine=mine)
    said = "您已回答“是我”，等单位审核" if mine else "您已回答“不是我”"
    card = Card(KIND, click.id, 1, "谢谢您的回答", tone="done", path=_PATH, outcome=said)
    return Pressed(card, f"{outcome}:{click.verb}")
