"""QR labels of our own: their codes, and sheets of them to print (Q13, X08)."""
