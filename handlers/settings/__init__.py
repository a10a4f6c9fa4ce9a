"""What administrators set: settings, rules of the law, flows, chains of alerting, ways to reach people."""
