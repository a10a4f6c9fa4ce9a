"""What tests stand on: databases, the running server, browsers, a clock."""
