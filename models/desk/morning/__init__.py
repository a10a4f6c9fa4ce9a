"""The board of the day as a card to a unit's chat group, each morning (I02, X22)."""
