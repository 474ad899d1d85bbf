"""The records of a school and the acts that change them, the same code on a desktop and on the server."""
