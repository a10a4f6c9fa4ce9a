"""The database: connection, and the ways of writing SQL beside Peewee's own (docs/decisions/statements.md)."""
