"""What was told to whom, every try of it, every answer, every step of escalation (K01, X04).

Message (one piece of news, told once) → Notice (it concerns this person) → Delivery (one way, one step) → Sending
(one call to a platform, for many deliveries). Times are moments in UTC.
"""

from __future__ import annotations

from peewee import BigIntegerField, BooleanField, CharField, SmallIntegerField

from models.core import clock
from models.core.fields import Choice, Facts, Link, LongText, Moment, Pick, Text
from models.core.records import Base, Record
from models.core.security.rights import declare
from models.messages.channels.records import WAYS, ChatGroup
from models.organization.records import Company, Person

READ_DELIVERIES = declare("deliveries.read", "查看发送记录", "发送记录")
RESEND_DELIVERIES = declare("deliveries.resend", "重新发送", "发送记录")
READ_MESSAGES = declare("messages.read", "查看我的消息", "我的消息")

LOW, NORMAL, URGENT = 0, 1, 2  # Message.urgency: bundled, as it comes, passes quiet hours

REPORTER = "reporter"  # Notice.why of who knows, because they said it: nobody waits for their answer

RECEIVED, ON_SITE, NEED_HELP = "received", "on_site", "need_help"
ANSWERS = (Choice(RECEIVED, "收到"), Choice(ON_SITE, "已在现场"), Choice(NEED_HELP, "需要支援"))

#: Notice.why of who said it first: they know, and are not urged.
REPORTER = "reporter"

DELIVERY_STATES = (
    Choice("queued", "待发送"),
    Choice("sending", "发送中"),
    Choice("accepted", "平台已接收"),
    Choice("delivered", "已送达", "good"),
    Choice("seen", "已读", "good"),
    Choice("acknowledged", "已确认", "good"),
    Choice("suspected", "不知是否送达", "warn"),
    Choice("failed", "发送失败", "bad"),
    Choice("cancelled", "已停发"),
)
#: Delivery.error_code of what a platform knows and does not say whether it delivered.
DOUBTFUL = "doubtful"
#: Nothing more happens to these by themselves.
ENDED = ("delivered", "seen", "acknowledged", "failed", "cancelled")


class Message(Base):
    """One piece of news. `card` is the neutral card (bots/card.py) without what differs by receiver.

    (`subject_kind`, `subject_id`) is the thing it is about; `outbox_id` makes telling twice impossible. `ends_with` names
    another thing (`step:12`) with whose end the card of a short note about it ends too. `thread` names what many pieces
    of news are about (`case:7`): of those only the newest stands in somebody's messages.
    """

    company_id = BigIntegerField()
    kind = CharField(max_length=60)
    subject_kind = CharField(max_length=40)
    subject_id = BigIntegerField()
    subject_version = SmallIntegerField(default=1)
    outbox_id = BigIntegerField(null=True, unique=True)
    ends_with = CharField(max_length=60, null=True, index=True)
    thread = CharField(max_length=60, null=True, index=True)
    title = CharField(max_length=160)
    text = LongText("内容")
    card = Facts("卡片")
    link = CharField(max_length=255, null=True)  # a path in the phone client
    urgency = SmallIntegerField(default=NORMAL)
    needs_answer = BooleanField(default=False)
    created_at = Moment("时间", required=True, default=clock.now)

    class Meta:
        table_name = "message"
        indexes = ((("subject_kind", "subject_id", "id"), False), (("company_id", "created_at"), False))


class Notice(Record):
    """A message concerns a person (K01). `why` they were told; `for_notice` whose silence brought it to them."""

    self_field = "person"

    company = Link("单位", Company, to="companies", required=True, readonly=True)
    message = Link("消息", Message, required=True, readonly=True, index=False)
    person = Link("人员", Person, to="persons", required=True, readonly=True)
    account_id = BigIntegerField(null=True)
    why = Pick(
        "为什么通知",
        [Choice("chosen", "指定接收"), Choice("deputy", "代理"), Choice("superior", "上级"), Choice(REPORTER, "报告人")],
        required=True, readonly=True, default="chosen",
    )  # fmt: skip
    for_notice_id = BigIntegerField(null=True)
    read_at = Moment("阅读时间", readonly=True)
    answer = Pick("回应", ANSWERS, readonly=True)
    answered_at = Moment("回应时间", readonly=True)
    answered_by_way = Pick("回应方式", WAYS, readonly=True)
    followed_up_at = Moment("跟进时间", readonly=True)
    replaced_at = Moment("被新消息代替", readonly=True)

    class Meta:
        table_name = "notice"
        indexes = (
            (("message", "person"), True),
            (("account_id", "id"), False),
            (("account_id", "read_at", "id"), False),
        )


class Sending(Base):
    """One call to a platform. `task_id` is what a card click names; never used twice."""

    message_id = BigIntegerField(index=True)
    way = CharField(max_length=20)
    via_id = BigIntegerField(null=True)  # the WecomApp, MailServer, SmsProvider or ChatGroup
    task_id = CharField(max_length=128, unique=True)
    platform_id = CharField(max_length=128, null=True)
    card_version = SmallIntegerField(default=1)  # of the subject, as the card shows it now
    wanted_version = SmallIntegerField(
        default=0, index=True
    )  # of the subject as it is, where cards must follow
    sent_at = Moment("发送时间", required=True, default=clock.now)
    error = CharField(max_length=300, null=True)
    live_until = Moment(
        "可撤回至", index=True
    )  # it asks, and can be changed no more: till then it can be taken back
    card = Facts("卡片")  # as it goes out, until the answer is known: a repeat must be the very same
    lease_until = Moment("占用至")  # who calls the platform about it (again, or to change its card) holds it

    class Meta:
        table_name = "sending"


class ResponseCode(Base):
    """A platform's one-time permission to change a card: for all of a sending, or for the one who clicked."""

    sending = Link("发送", Sending, required=True, index=False)
    user_id = CharField(max_length=64, null=True)  # None: all receivers of the sending
    code = CharField(max_length=255)
    expires_at = Moment("有效至", required=True)
    spent_at = Moment("使用时间")

    class Meta:
        table_name = "response_code"
        # The second finds what is still permitted: hardly any of all that ever were.
        indexes = ((("sending", "user_id"), False), (("user_id", "spent_at", "expires_at"), False))


class Delivery(Record):
    """A person, or a group, is told of a message by one way in one step of escalation (step 0: the first telling)."""

    company = Link("单位", Company, to="companies", required=True, readonly=True)
    message = Link("消息", Message, required=True, readonly=True, index=False, internal=True)
    notice = Link("通知", Notice, readonly=True, index=False, internal=True)
    person = Link("人员", Person, to="persons", readonly=True)
    group = Link("群", ChatGroup, readonly=True)
    way = Pick("方式", WAYS, required=True, readonly=True)
    step = SmallIntegerField(default=0)
    urgency = SmallIntegerField(default=NORMAL)  # the message's, so that what is due next stands in one index
    state = Pick("状态", DELIVERY_STATES, required=True, readonly=True, default="queued")
    attempts = SmallIntegerField(default=0)
    due_at = Moment("计划时间", readonly=True, required=True, default=clock.now)
    lease_until = Moment("占用至", index=True, internal=True)
    sending = Link("发送", Sending, index=False, internal=True)
    sent_at = Moment("发出时间", readonly=True)
    error_code = Text("错误代码", max=40, readonly=True)
    reason = Text("原因", max=300, readonly=True)
    once_key = CharField(max_length=80, unique=True)  # message.p<person>|g<group>.way.step
    for_notice_id = BigIntegerField(
        null=True
    )  # whose silence it is about: the receiver's own answer does not end it

    class Meta:
        table_name = "delivery"
        indexes = (
            (("state", "urgency", "due_at"), False),
            (("company", "created_at"), False),
            (("message", "state"), False),
            (("notice", "state"), False),
            (("sending", "person"), False),
        )


class Escalation(Base):
    """A running chain for one notice. `steps` is the chain as it was when it began (X04).

    state: running, stopped (an answer), finished (no step left). `next_at` is when the next step is due, or, once
    stopped by an answer, when the chain opens again if nobody follows up.
    """

    company_id = BigIntegerField()
    message_id = BigIntegerField()
    notice_id = BigIntegerField(unique=True)
    steps = Facts("步骤")  # [{"sequence", "wait_minutes", "who", "way"}]
    stop_when = CharField(max_length=20)
    reopen_minutes = SmallIntegerField(null=True)
    next_step = SmallIntegerField(default=0)  # index into steps
    next_at = Moment("下一步时间")
    state = CharField(max_length=12, default="running")
    stopped_at = Moment("停止时间")
    stopped_why = CharField(max_length=200, null=True)
    answered_by_id = BigIntegerField(null=True)  # the notice of who answered in their stead
    rounds = SmallIntegerField(default=1)  # how often it was opened
    opened_at = Moment(
        "开始时间", required=True, default=clock.now
    )  # of the present round: steps count from here

    class Meta:
        table_name = "escalation"
        indexes = ((("state", "next_at"), False), (("message_id", "state"), False))


class EscalationStep(Base):
    """A step that was due and what became of it: taken, no_way (nobody to tell or no way to), stopped."""

    escalation = Link("升级", Escalation, required=True, index=False)
    round = SmallIntegerField(default=1)
    step = SmallIntegerField()
    due_at = Moment("应于", required=True)
    taken_at = Moment("执行于", required=True, default=clock.now)
    outcome = CharField(max_length=12)
    detail = CharField(max_length=200, null=True)
    notice_id = BigIntegerField(null=True, index=True)  # whose notice it was told on: who stands in for whom

    class Meta:
        table_name = "escalation_step"
        indexes = ((("escalation", "round", "step"), True),)


class OpenReply(Base):
    """A card that answered a photo in the chat, and may still be changed: until the photo is used, or three days."""

    inbound_id = BigIntegerField(unique=True)
    app_id = BigIntegerField()
    user_id = CharField(max_length=64)
    photo_id = BigIntegerField()
    code = CharField(max_length=255)
    sent_at = Moment("发出时间", required=True, default=clock.now)

    class Meta:
        table_name = "open_reply"


#: A press that is decided, and whose card is still to show it: the answer to it came too late to be heard.
LATE = {"handled": "handled_late", "refused": "refused_late"}


class Inbound(Base):
    """Something that came in from a chat platform, kept under a unique key before it is handled.

    state: new, handled, refused (with `result` saying why), failed (will be tried again at `due_at`), or one of LATE.
    `result` and `handled_at` are written once, by whoever handled it first.
    """

    platform = CharField(max_length=20)
    app_id = BigIntegerField()
    dedupe_key = CharField(max_length=200)
    kind = CharField(max_length=40)
    user_id = CharField(max_length=64, null=True)
    content = Facts("内容")
    received_at = Moment("收到时间", required=True, default=clock.now)
    state = CharField(max_length=12, default="new")
    attempts = SmallIntegerField(default=0)
    due_at = Moment("下次处理", required=True, default=clock.now)
    result = CharField(max_length=300, null=True)
    handled_at = Moment("处理时间")

    class Meta:
        table_name = "inbound"
        indexes = ((("platform", "app_id", "dedupe_key"), True), (("state", "due_at"), False))
