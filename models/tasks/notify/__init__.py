"""Who is told what of tasks and cases (H02 to H06)."""
