"""An uploaded sheet read without trusting it: package, cells, values, every fault at its place."""
