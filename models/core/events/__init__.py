"""What happened, told to the rest of the house: outbox, reactions, listeners of the trail."""
