"""What is offered as standard, picked and pruned by whoever wants it, with where each copy came from (J07)."""
