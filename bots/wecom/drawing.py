"""Cards of ours as what WeCom takes: where their links lead and where their picture is (L01)."""

from __future__ import annotations

from functools import partial
from typing import Any

from bots import links
from bots.card import Card
from bots.delivery import pictures
from bots.wecom import render, robot, words


def frame_of(card: Card, app_id: int | None, task_id: str = "") -> render.CardFrame:
    """What the card needs: through the app's sign-on where it has an app, else straight to the phone client."""
    link = links.page if app_id is None else partial(links.from_chat, app_id)
    return render.CardFrame(
        link=link,
        task_id=task_id,
        picture_url=pictures.address(card.picture_id, card.before_id),
        home=links.HOME,
    )


def message_of(card: Card, app: Any, task_id: str) -> dict[str, Any]:
    """The card as a message of an app."""
    return render.message(card, frame_of(card, app.id, task_id))


def text_of(card: Card, app: Any) -> dict[str, Any]:
    """The card as title, words and one link: for who sees no cards (the WeChat plug-in)."""
    return words.text_card(card, frame_of(card, app.id))


def update_of(card: Card, app_id: int, task_id: str = "") -> dict[str, Any]:
    """The card as it takes the place of one that was sent."""
    return render.template_card(card, frame_of(card, app_id, task_id))


def group_message_of(card: Card, *, robot_group: bool, app_id: int | None) -> dict[str, Any]:
    """The card for a group: a notice by its robot, markdown where the app itself speaks."""
    frame = frame_of(card, app_id)
    if robot_group:
        return robot.template_card(render.robot_card(card, frame))
    return words.markdown(card, frame)
