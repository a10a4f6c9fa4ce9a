"""What people were trained in: course, day, hours, score, passed (C06)."""
