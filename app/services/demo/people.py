"""Invented names and streets. Nobody's: drawn apart from each other, mobile numbers in the regulator's fictional range."""

FAMILY_NAMES = (
    "Abadie", "Alizé", "Amiel", "Aubrac", "Barbezat", "Belhadj", "Benoît", "Bessières", "Boeuf-Lemaire", "Bourguignon",
    "Brunet", "Cazenave", "Châtelain", "Cissokho", "Cœurdevey", "Combes", "Da Costa Ribeiro", "Dauphin", "Delorme",
    "Desgranges", "Diarra", "Dubreuil", "El Amrani", "Escudier", "Fabrègue", "Faucheux", "Fontanel", "Garrigou",
    "Gauvain", "Gélibert", "Hamelin", "Haÿ", "Hernandez", "Imbert", "Jaouen", "Kaddour", "Kerbrat", "L’Hostis",
    "Labrousse", "Lagrange", "Le Goff", "Lepetit", "Lœvenbruck", "Maïga", "Marchetti", "Mathurin", "Ménard", "Meunier",
    "Moreau-Vidal", "N’Diaye", "Nguyen", "Noël", "Oliveira", "Orsini", "Pélissier", "Peyron", "Pinède", "Quéméneur",
    "Rambaud", "Ravel", "Renaudin", "Ricœur", "Rouvière", "Sabatier", "Saint-Aubin", "Sanogo", "Saulnier", "Serrano",
    "Šimić", "Tanguy", "Teixeira", "Thibaud", "Tournemire", "Traoré", "Vaïsse", "Valette", "Vasseur", "Verdier",
    "Villeneuve", "Wojciechowski", "Yıldız", "Zerrouki", "Zimmermann",
)  # fmt: skip

GIRLS = (
    "Adèle", "Aïcha", "Alix", "Ambre", "Anaëlle", "Apolline", "Camille", "Capucine", "Chloé", "Clémence", "Élise", "Éloïse",
    "Emma", "Fatou", "Hélène", "Héloïse", "Inès", "Jade", "Joséphine", "Khadija", "Lila", "Lou-Anne", "Louise", "Maëlle",
    "Manon", "Marie-Lou", "Mila", "Naïma", "Noémie", "Ophélie", "Rose", "Salomé", "Sofia", "Solène", "Zélie", "Zoé",
)  # fmt: skip

BOYS = (
    "Adam", "Adrien", "Amadou", "Anatole", "Antonin", "Arthur", "Aurélien", "Basile", "Côme", "Élie", "Émile", "Ethan",
    "Félix", "Gabriel", "Gaël", "Guillaume", "Gustave", "Hugo", "Ibrahim", "Jean-Baptiste", "Jérémie", "Joachim", "Jules",
    "Léo", "Lucas", "Maël", "Malo", "Martin", "Mehdi", "Milo", "Naël", "Noé", "Oscar", "Raphaël", "Sacha", "Théo", "Tristan",
    "Yanis",
)  # fmt: skip

MOTHERS = (
    "Agathe", "Amandine", "Anne", "Anne-Sophie", "Aurore", "Béatrice", "Cécile", "Céline", "Christelle", "Delphine", "Élodie",
    "Émilie", "Farida", "Florence", "Françoise", "Gaëlle", "Hélène", "Ingrid", "Joëlle", "Julie", "Karine", "Laëtitia",
    "Leïla", "Marianne", "Maud", "Mireille", "Nadège", "Oumou", "Perrine", "Régine", "Sabrina", "Séverine", "Solange",
    "Stéphanie", "Valérie", "Virginie", "Yasmina", "Zohra",
)  # fmt: skip

FATHERS = (
    "Alain", "Antoine", "Bakary", "Benoît", "Bruno", "Cédric", "Christophe", "Damien", "David", "Emmanuel", "Éric", "Fabien",
    "Farid", "François", "Frédéric", "Grégory", "Hervé", "Jean-Marc", "Jérôme", "Joël", "Karim", "Laurent", "Loïc", "Ludovic",
    "Mathieu", "Mickaël", "Mourad", "Nicolas", "Olivier", "Pascal", "Philippe", "Rémi", "Samuel", "Sébastien", "Stéphane",
    "Thierry", "Tomasz", "Vincent", "Xavier", "Youssef",
)  # fmt: skip

STREETS = (
    "rue des Tilleuls", "avenue du Lavoir", "chemin des Vignes hautes", "impasse du Four à pain", "place de la Halle",
    "route de Montclar", "rue de la Tannerie", "allée des Mûriers", "rue du Pré aux Oies", "boulevard du Viaduc",
    "lotissement Les Amandiers", "rue Traversière", "chemin de l’Écluse", "rue du Puits Saint-Jean",
)  # fmt: skip

TOWNS = (("09990", "Valbrune"), ("09990", "Valbrune"), ("09990", "Valbrune"), ("09991", "Montclar-le-Vieux"))
