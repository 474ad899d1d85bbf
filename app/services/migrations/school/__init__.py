"""The steps of the school's tables, which a vault and a server share: one module a step, called by a revision of each home."""
