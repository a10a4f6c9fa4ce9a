"""Views of a list that were saved under a name: filters, order and columns; one's own, or shared with the company."""
