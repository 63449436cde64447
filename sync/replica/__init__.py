"""A replica: records and their revisions in one database, the same code on encrypted SQLite and on PostgreSQL.

Values go in and come out; no row, connection or session leaves this package.
"""
