"""How rows are asked for, found and shown: lists by key, conditions, references, rows as JSON, what front ends read."""
