"""J01 and Q04–Q08: the tree of companies, their people, and who is bound to whom."""
