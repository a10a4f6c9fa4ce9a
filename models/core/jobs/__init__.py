"""Work that takes longer than a request, and what it leaves behind (X09)."""
