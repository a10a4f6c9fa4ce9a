"""Who is responsible for a place, and what follows when somebody else is (E01)."""
