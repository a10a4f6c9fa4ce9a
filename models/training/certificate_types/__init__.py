"""Kinds of certificates (证照种类): operator codes and all others that a post may ask for (C01)."""
