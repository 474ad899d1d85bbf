"""Scenario C: from a sheet or the link of a mail to an account."""
