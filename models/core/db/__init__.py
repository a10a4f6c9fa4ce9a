"""The database: its connection, and the ways of writing SQL. docs/sql.md says when which.

queries: SELECTs that are built once. writes: INSERT and UPDATE by key, as text. bulk: hundreds of rows in a statement.
batch: an import's rows of several tables, gathered before they are written. For everything else Peewee's own.
"""
