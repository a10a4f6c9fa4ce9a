"""J02, J04: accounts, sessions, roles."""
