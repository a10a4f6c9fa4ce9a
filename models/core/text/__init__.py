"""Words for people, and one spelling for matching."""
