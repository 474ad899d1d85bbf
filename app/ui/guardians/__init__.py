"""« Responsables »: criteria, actions, the table, and the account beside it."""
