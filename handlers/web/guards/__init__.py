"""What stands before the doors: who sends, how much and how often, and what every answer says to a browser."""
