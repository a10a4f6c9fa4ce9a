"""What every chapter of the house stands on."""
