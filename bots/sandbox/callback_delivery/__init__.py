"""What the sandbox tells an app, as WeCom does: events, sealed, delivered, and answered (L07)."""
