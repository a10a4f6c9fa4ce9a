"""C02: certificates that people hold."""
