"""The help inside the window: F1 or « ? », a few words for the page that is shown."""
