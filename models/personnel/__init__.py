"""Q04 to Q08: the people of a unit, and who is bound to whom."""
