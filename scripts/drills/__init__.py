"""Drills: the whole house under a load or a fault that nobody wishes for, with figures at the end."""
