"""Records and the rules that change them. Knows no web, no chat, and no clock of its own."""
