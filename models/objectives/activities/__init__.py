"""Safety activities: what was held, who took part, with points for them (A09)."""
