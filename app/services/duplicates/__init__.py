"""The same guardian standing twice: found, explained, set aside or grouped (docs/adr/0020-who-stands-twice.md)."""
