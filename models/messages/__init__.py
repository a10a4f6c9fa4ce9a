"""Who is told what, by which way, and how it is made sure that they know (K01, L01, L06, X04)."""
