"""People against the certificates that their posts ask for (C02), and what their posts ask of me (K02, K03, K04)."""
