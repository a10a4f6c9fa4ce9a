"""Messages: who is told of what, by which way, and what becomes of it (K01, L01 to L06)."""

from __future__ import annotations

from models.core.chapters import BackgroundJob, Chapter, Grants, Page, Sweep

CHAPTER = Chapter(
    name="messages",
    title="通知",
    records=("records", "channels.records", "chat_accounts.records", "escalation.records"),
    settings=("delivery.quiet_hours", "delivery.retention"),
    ledgers=(
        *("escalation.ledgers:DELIVERIES", "escalation.ledgers:PRESETS", "escalation.ledgers:CHAINS"),
        *("escalation.ledgers:WORDINGS", "channels.ledgers:CONTACTS", "chat_accounts.ledgers:CHAT_MEMBERS"),
        *(
            "channels.ledgers:WECOM_APPS",
            "chat_accounts.ledgers:BOOK_MATCHES",
            "channels.ledgers:CHAT_GROUPS",
        ),
        *("channels.ledgers:SMS_PROVIDERS", "channels.ledgers:MAIL_SERVERS"),
    ),
    tellers=("chat_accounts.notifications", "notifications"),
    reactions=("chat_accounts.follow_files", "chat_accounts.file_question"),
    hooks=("chat_accounts.ties", "escalation.samples"),
    jobs=(
        BackgroundJob(name="send", run="bots.delivery.sender:work", batch=2000, idle=0.1, steady=True),
        BackgroundJob(name="inbound", run="bots.incoming.inbound:work", batch=50, idle=0.2, steady=True),
        BackgroundJob(name="update", run="bots.delivery.updater:work", batch=50, idle=0.5, steady=True),
        BackgroundJob(name="escalate", run="escalation.running:take_steps", batch=500, idle=1.0, steady=True),
        BackgroundJob(name="reopen", run="escalation.running:reopen", batch=500, idle=5.0),
        BackgroundJob(name="audit", run="escalation.auditor:work", batch=1, idle=60.0),
        BackgroundJob(name="menus", run="bots.delivery.menus:work", batch=20, idle=20.0, every=60.0),
    ),
    sweeps=(Sweep(name="chat", run="delivery.retention:sweep", minutes=1),),
    pages=(
        Page(name="reach", title="通知不到的人", place="menu", ledger="presets", right="chains.read"),
        *(
            Page(name="reach", title="通知不到的人", place="above", ledger=ledger, right="chains.read")
            for ledger in ("presets", "chains", "contacts", "chat-members")
        ),
        *(
            Page(name="usage", title="用量", place="detail", ledger=ledger)
            for ledger in ("wecom-apps", "chat-groups", "sms-providers", "mail-servers")
        ),
    ),
    acts={
        "chat_tied": "绑定聊天账号",
        "chat_untied": "解除聊天账号",
        "resent": "重新发送",
        "told_all": "通知全部人员",
    },
    grants=Grants(
        system=("ways",),
        everyday=("messages", "deliveries", "contacts", "chains"),
        set_up=("ways.set_up",),
        in_force=("chains.delete",),
        everybody=("messages.read",),
        own=("messages.read",),
        always_self=("messages.read",),
    ),
    cards=("bots.cards.tests",),
    commands=("bots.commands.answers",),
    channels={
        "card": "bots.wecom.channel:CardChannel",
        "group": "bots.wecom.group_channel:GroupChannel",
        "email": "bots.email.channel:EmailChannel",
        "sms": "bots.sms.channel:SmsChannel",
    },
    console=("handlers.messages", "handlers.settings.chains", "handlers.settings.ways"),
    phone=("miniprogram_api.mine.chat_accounts", "miniprogram_api.messages"),
)
