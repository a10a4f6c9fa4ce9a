"""What is mine on the phone: my account, chat accounts, units, posts, and what I have to read."""
