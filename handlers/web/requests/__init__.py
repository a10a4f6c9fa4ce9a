"""What came with a request: its body, its file, a position, the caller's own id of what it sends."""
