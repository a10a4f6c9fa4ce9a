"""The demo's posts, plans and messages."""
