"""The sandbox itself, whatever platform it plays: people, chats, phones, faults, its clock, its page (L07)."""
