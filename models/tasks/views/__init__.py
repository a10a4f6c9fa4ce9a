"""Tasks and cases as the doors show them: inbox, one task, one case."""
