"""What ledgers and views look like as JSON."""
