"""A second factor beside the password: codes of an authenticator program (TOTP, RFC 6238)."""
