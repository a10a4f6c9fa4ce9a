"""What ties a chat identity to an account: proven by its holder, or by the platform's own address book (I4)."""
