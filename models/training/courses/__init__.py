"""Types of training and the courses of each (C03, C04)."""
