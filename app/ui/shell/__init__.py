"""The main window: title, school, tabs, the line to the server."""
