"""What goes out: every channel, how it is sent, kept up to date and held within the platform's limits (L01, L06)."""
