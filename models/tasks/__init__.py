"""Tasks and approvals: one engine, whatever it serves (H01 to H07, X05)."""
