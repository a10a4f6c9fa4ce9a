"""What a post asks of who holds it: certificates, training, and the hazard factors it brings (A03, C01, C03, D06)."""
