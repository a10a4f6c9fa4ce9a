"""What is mine in the console: my account, and my posts, certificates, training and work."""
