"""Excel into a ledger (Q05): checked at every cell, then all rows or none, and taken back as a whole."""
