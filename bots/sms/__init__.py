"""Text messages by a provider (L06)."""
