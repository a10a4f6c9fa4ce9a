"""Investment plans as the engine sees them (A07)."""
