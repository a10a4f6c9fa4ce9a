"""Q: equipment, QR labels, and clocking in by scan."""
