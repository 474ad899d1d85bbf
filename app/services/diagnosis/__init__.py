"""« Pourquoi la connexion n’aboutit-elle pas ? »: what is known of a guardian, what stops him, what to do about it."""
