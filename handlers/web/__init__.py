"""What both JSON doors share: routes that state their right, error mapping, calling of rules, OpenAPI."""
