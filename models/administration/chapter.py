"""Accounts, sign-in, roles and logs (J02, J04, J05, Q07)."""

from __future__ import annotations

from models.core.chapters import Chapter, Grants, StandardRows, Sweep

CHAPTER = Chapter(
    name="administration",
    title="系统管理",
    records=("records", "second_factor.records"),
    ledgers=(
        *("ledgers:USERS", "ledgers:ROLES", "ledgers:DEVICES"),
        *("logs.ledgers:SIGN_INS", "logs.ledgers:LOOKS", "logs.ledgers:CHANGES"),
    ),
    hooks=("roles.who_can_grant",),
    standards=(StandardRows("roles", "roles.roles:install_builtin_roles"),),
    sweeps=(
        Sweep(name="seals", run="logs.retention:seal_all", minutes=5, within="outside"),
        Sweep(name="logs", run="logs.retention:sweep_all", minutes=60, within="outside"),
        Sweep(name="sign_ins", run="sign_in.throttling:sweep", minutes=60),
    ),
    acts={
        "password_changed": "修改密码",
        "password_reset": "重置密码",
        "first_password_renewed": "重发初始密码",
        "roles_changed": "修改角色",
        "disabled": "停用账号",
        "enabled": "启用账号",
        "unlocked": "解除锁定",
        "session_ended": "结束登录",
        "sessions_ended": "结束全部登录",
        "other_sessions_ended": "结束其他登录",
        "second_factor_set": "设置动态口令",
        "second_factor_removed": "关闭动态口令",
        "second_factor_reset": "重置动态口令",
        "recovery_codes_renewed": "更换恢复码",
        "invited": "邀请",
    },
    grants=Grants(
        security=("users", "roles"),
        audit=("logs",),
        everyday=("console", "phone"),
        reviewing=("users.read", "users.reset"),
        own=("phone.use",),
    ),
    console=("handlers.session", "handlers.mine.account", "handlers.settings.company_settings"),
    phone=("miniprogram_api.session", "miniprogram_api.mine.account"),
)
