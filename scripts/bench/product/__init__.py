"""The product under measure: its real processes, on a database planted from the world."""
