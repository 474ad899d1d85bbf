"""Messages leave through a table: written with their cause, sent with leases and retries, never twice on purpose."""
