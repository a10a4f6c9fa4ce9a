"""The demo's people and their accounts."""
