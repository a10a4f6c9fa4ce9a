"""Whether the tests notice a rule that is wrong (`make mutants`)."""
