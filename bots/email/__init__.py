"""E-mail by SMTP (L06)."""
