"""The channels by which people are reached: apps, servers, groups, and who can be reached by them (L01, L06)."""
