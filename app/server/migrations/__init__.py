"""The revisions of the server's base. Alembic finds them by their folder."""
