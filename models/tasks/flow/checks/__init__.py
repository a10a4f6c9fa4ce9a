"""What is wrong with a flow before anybody has to walk it (H07)."""
