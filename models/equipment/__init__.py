"""Special equipment, which operators it needs, and its QR codes (Q02, Q13)."""
