"""What takes effect after approval: editions of a row, their approval, and who has read them (B02, B03, A03)."""
