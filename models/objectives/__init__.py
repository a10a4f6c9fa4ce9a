"""Objectives and duties: posts and their periodic work, safety investment (A03 to A05, A07, A12)."""
