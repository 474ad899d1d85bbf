"""« Accès de l’assistance »: to whom the school is open, until when, what was looked at."""
