"""How the rows of a ledger are made, changed and deleted: forms, actions, rules, the trail."""
