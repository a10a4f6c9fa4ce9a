"""Getting a checkout ready: environment, front ends, programs of the system. Standard library only."""
