"""A further unit's question, 是我 / 不是我 (I2), brought to the chat of those whom it may concern.

Nothing of it is written where the unit that asks, or another one, could read who has been asked: it goes out as the
answer to something that came in, by an app of the whole group, and leaves no message and no delivery.
"""

from __future__ import annotations

from models.administration.accounts.invitations import OPEN, OPENED
from models.administration.records import Account, Invitation
from models.core import clock
from models.core.events.outbox import Outbox
from models.core.events.reactions import reaction
from models.messages.channels.records import ChatMember, WecomApp
from models.messages.records import Inbound
from models.organization.records import Person

#: The kind of a row that asks; what comes from a platform has kinds of its own.
QUESTION = "question"


@reaction(OPENED)
def ask(row: Outbox) -> None:
    """Put the question into the chats of every account that was made with the same ID number."""
    invitation = Invitation.get_or_none(Invitation.person_id == row.subject_id, Invitation.state == OPEN)
    if invitation is None:
        return
    accounts = Account.select(Account.id).where(
        Account.id_hash == invitation.id_hash,
        Account.state == "active",
        Account.must_change_password == False,  # noqa: E712
    )
    members = (
        ChatMember.select(ChatMember, WecomApp)
        .join(WecomApp)
        .switch(ChatMember)
        .join(Person, on=((Person.id == ChatMember.person) & (Person.account_id == ChatMember.account_id)))
        .where(ChatMember.account_id.in_(accounts), WecomApp.company.is_null(), WecomApp.enabled == True)  # noqa: E712
        .where(ChatMember.state == "ok")
        .order_by(ChatMember.id)
    )
    now = clock.now()
    for member in {(each.app.id, each.account_id): each for each in members}.values():
        key = f"q:{invitation.id}:{member.account_id}"
        if Inbound.select().where(Inbound.app_id == member.app.id, Inbound.dedupe_key == key).exists():
            continue
        Inbound.create(
            platform="wecom", app_id=member.app.id, dedupe_key=key, kind=QUESTION, user_id=member.user_id,
            content={"Invitation": str(invitation.id)}, received_at=now, due_at=now,
        )  # fmt: skip
