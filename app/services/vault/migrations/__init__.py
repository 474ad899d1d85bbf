"""The revisions of a vault. Alembic finds them by their folder."""
