"""Cases and keys: SQLAlchemy on SQLite and PostgreSQL."""
