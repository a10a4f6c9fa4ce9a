"""The rules of accounts, sessions and roles in one place; each subject has a module of its own."""

from models.administration.accounts.accounts import (
    create_user,
    disable_account,
    edit_user,
    enable_account,
    open_account,
    unlock_account,
)
from models.administration.accounts.actors import actor_for_account, actor_for_token, role_names, touch
from models.administration.accounts.first_admin import create_first_admin
from models.administration.passwords.password_changes import change_password, reset_password
from models.administration.roles.roles import (
    create_role,
    delete_role,
    edit_role,
    grants_for_accounts,
    install_builtin_roles,
)
from models.administration.sign_in.sign_in import SignedIn, revoke_session, sign_in, sign_out, sign_out_token

__all__ = [
    "SignedIn",
    "actor_for_account",
    "actor_for_token",
    "change_password",
    "create_first_admin",
    "create_role",
    "create_user",
    "delete_role",
    "disable_account",
    "edit_role",
    "edit_user",
    "enable_account",
    "grants_for_accounts",
    "install_builtin_roles",
    "open_account",
    "reset_password",
    "revoke_session",
    "role_names",
    "sign_in",
    "sign_out",
    "sign_out_token",
    "touch",
    "unlock_account",
]
