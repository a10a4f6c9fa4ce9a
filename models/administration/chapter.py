"""Accounts, sign-in, roles and logs (J02, J04, J05, Q07)."""

from __future__ import annotations

from models.core.chapters import Chapter, Grants, Standard, Sweep

CHAPTER = Chapter(
    name="administration",
    title="系统管理",
    records=("records", "second_factor.records"),
    ledgers=(
        *("ledgers:USERS", "ledgers:ROLES", "ledgers:DEVICES"),
        *("logs.ledgers:SIGN_INS", "logs.ledgers:LOOKS", "logs.ledgers:CHANGES"),
    ),
    hooks=("roles.who_can_grant",),
    standards=(Standard("roles", "roles.roles:install_builtin_roles"),),
    sweeps=(
        Sweep(name="seals", run="logs.retention:seal_all", minutes=5, within="outside"),
        Sweep(name="logs", run="logs.retention:sweep_all", minutes=60, within="outside"),
        Sweep(name="sign_ins", run="sign_in.throttling:sweep", minutes=60),
    ),
    grants=Grants(
        security=("users", "roles"),
        audit=("logs",),
        everyday=("console", "phone"),
        reviewing=("users.read", "users.reset"),
        own=("phone.use",),
    ),
    console=("handlers.session", "handlers.account", "handlers.company_settings"),
    phone=("miniprogram_api.session", "miniprogram_api.account"),
)
