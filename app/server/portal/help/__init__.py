"""« Demander de l’aide à l’école »: from every refusal, or with the school’s code; and what became of it."""
