"""我已阅读 on the card itself: the rule of phone and console (B02, L01)."""

from __future__ import annotations

from bots.cards import card_of
from bots.incoming.pressing import Press, Pressed, pressed, refusal
from models.messages.channels.members import actor_of
from models.messages.inbox.answers import not_told, told_of
from models.tasks.publication.notifications import READ_VERB, told_of_reading
from models.tasks.publication.reading import TO_READ, mark, must_be_read, publication_of


@pressed(TO_READ)
def read(pressing: Press) -> Pressed:
    """Note that who presses has read it; shows the card as it is then. Who was not told learns nothing.

    A press on an edition that went meanwhile notes nothing: the card says so.
    """
    click, person = pressing.click, int(pressing.member.__data__["person"])
    found = told_of_reading(click.id)
    if found is None or person not in told_of([person], TO_READ, click.id):
        return refusal(not_told(), click)
    _, ledger, row = found
    before = card_of(TO_READ, click.id, person_id=person)
    open_still = must_be_read(publication_of(ledger), row) and not pressing.again and click.verb == READ_VERB
    if before.outcome or not open_still:
        return Pressed(before, f"{'again' if pressing.again else 'over'}:{click.verb}")
    mark(actor_of(pressing.member), ledger, row.get_id())
    return Pressed(card_of(TO_READ, click.id, person_id=person), f"answered:{click.verb}")
