"""What a scanned or typed text may mean (Q09)."""
