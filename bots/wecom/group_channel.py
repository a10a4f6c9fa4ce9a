"""The channel of group chats: through the group's robot, or as a chat that the app made (L01)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bots import tools
from bots.card import Card
from bots.delivery import limits
from bots.delivery.channels import ApiCall, CallResult, DeliveryPlan, no_address
from bots.wecom.channel import failure_of
from bots.wecom.drawing import group_message_of
from bots.wecom.protocol.errors import WecomError
from bots.wecom.robot import Robot
from models.messages.channels.records import GROUP, ChatGroup, WecomApp
from models.messages.delivery.deliveries import Failure
from models.messages.records import Delivery, Sending

_OFFICIAL = "https://qyapi.weixin.qq.com"


class GroupChannel:
    """News to group chats: nobody can answer there, the card leads into the phone client."""

    way = GROUP

    def plan(self, deliveries: Sequence[Delivery]) -> DeliveryPlan:
        """One call for each group; one that is switched off or has no address fails."""
        ids = [each.__data__["group"] for each in deliveries]
        groups = {row.id: row for row in ChatGroup.select().where(ChatGroup.id.in_(ids))}
        calls: list[ApiCall] = []
        failed: list[tuple[int, Failure]] = []
        for each in deliveries:
            group = groups.get(each.__data__["group"])
            if group is None or not group.enabled:
                failed.append((each.id, Failure("group_off", "这个群已停用")))
            elif not (group.webhook_key if group.kind == "robot" else group.chat_id and group.app):
                failed.append(
                    (each.id, no_address("群没有设置完整", "请在“通知渠道 · 群”里补上机器人 key 或群聊编号"))
                )
            else:
                calls.append(ApiCall(self.way, group, {each.id: group.webhook_key or group.chat_id}))
        return DeliveryPlan(tuple(calls), tuple(failed))

    def wait(self, call: ApiCall) -> Mapping[int, float]:
        """A robot takes 20 a minute."""
        group: ChatGroup = call.via
        if group.kind == "robot":
            wanted = [(limits.robot(group.webhook_key), 1), (limits.ip(base_of(group)), 1)]
        else:
            wanted = [(limits.api(group.app.corp_id, "appchat/send"), 1), (limits.ip(base_of(group)), 1)]
        seconds = tools.limits().take_all(wanted)
        return dict.fromkeys(call.to, seconds) if seconds else {}

    def send(self, call: ApiCall, card: Card, sending: Sending, *, again: bool) -> CallResult:
        """One message. A robot knows no id of ours: what is repeated after a lost answer may come twice."""
        group: ChatGroup = call.via
        app: WecomApp | None = group.app
        message = group_message_of(card, robot_group=group.kind == "robot", app_id=app.id if app else None)
        try:
            if group.kind == "robot":
                Robot(group.webhook_key, base_of(group)).send(message)
            else:
                tools.wecom(app).send_chat(group.chat_id, message)
        except WecomError as error:
            failures = dict.fromkeys(call.to, failure_of(error))
            return CallResult(failures, unknown=error.uncertain, error=error.reason)
        return CallResult(platform_id=sending.task_id)


def base_of(group: ChatGroup) -> str:
    """Where the group's platform is: a robot's is its app's, or WeCom's own."""
    return group.app.base_url if group.app else _OFFICIAL
