"""Door 2, the phone: JSON for the H5 and the mini-program."""
