"""Passwords that everybody tries first: made of common words, keys that lie side by side, figures, repetitions.

No list of passwords is kept: the longest lists have few that are long enough for our policies, and what people choose there
is nearly always composed of the same pieces. Each piece counts for what it costs somebody who tries them in turn; what is
left counts a letter at a time. The operator may give a list of leaked passwords beside it (``leaked.py``).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

ENOUGH = 7
"""« jetaimemaman », « soleil123456 », « azertyazerty » cost less; seven letters at random cost as much."""

CONTEXT = (
    "preau", "educonnect", "franceconnect", "education", "nationale", "ecole", "monecole", "maternelle", "elementaire",
    "primaire", "college", "lycee", "academie", "rectorat", "mairie", "livret", "scolaire", "bulletin", "cahier", "classe",
    "eleve", "enfant", "enfants", "parent", "parents", "responsable", "directeur", "directrice", "maitre", "maitresse",
    "cantine", "garderie", "identifiant", "onde", "rentree", "vacances",
)  # fmt: skip
"""Words of this service (ASVS 6.1.2): a password is not made of them."""
_WORDS = (
    "motdepasse", "password", "passwort", "passw", "mdp", "secret", "secrete", "code", "admin", "administrateur", "root",
    "login", "bienvenue", "welcome", "bonjour", "bonsoir", "coucou", "salut", "hello", "merci", "soleil", "sunshine", "lune",
    "etoile", "chouchou", "doudou", "loulou", "minou", "nounours", "bisous", "bisou", "cherie", "cheri", "amour", "amoureux",
    "jetaime", "jtaime", "iloveyou", "love", "lovely", "bebe", "baby", "maman", "papa", "mamie", "papi", "mama", "famille",
    "family", "princesse", "princess", "prince", "papillon", "chocolat", "nutella", "caramel", "vanille", "fraise", "cerise",
    "banane", "coca", "cola", "chaton", "chat", "chien", "lapin", "cheval", "licorne", "dauphin", "tigre", "lion", "panda",
    "dragon", "monkey", "tortue", "football", "foot", "soccer", "basket", "baseball", "rugby", "tennis", "moto", "voiture",
    "ferrari", "porsche", "renault", "peugeot", "citroen", "mercedes", "superman", "batman", "spiderman", "pokemon",
    "pikachu", "naruto", "starwars", "minecraft", "fortnite", "zelda", "mario", "disney", "mickey", "kitty", "facebook",
    "google", "internet", "orange", "free", "windows", "apple", "samsung", "iphone", "android", "ordinateur", "computer",
    "azerty", "qwerty", "qwertz", "abcdef", "abcd", "abc", "test", "user", "master", "shadow", "killer", "ninja", "freedom",
    "liberte", "trustno", "letmein", "whatever", "michael", "jordan", "nicolas", "camille", "julien", "thomas", "marie",
    "pierre", "alexandre", "alexis", "antoine", "maxime", "kevin", "quentin", "romain", "julie", "laura", "manon", "emma",
    "lea", "chloe", "sarah", "lucas", "hugo", "theo", "nathan", "enzo", "louis", "gabriel", "raphael", "arthur", "jules",
    "adam", "paul", "mohamed", "ibrahim", "fatima", "isabelle", "nathalie", "sandrine", "stephane", "christophe", "philippe",
    "sebastien", "celine", "aurelie", "caroline", "vanessa", "melissa", "jessica", "charlotte", "daniel", "david", "robert",
    "paris", "marseille", "lyon", "toulouse", "nice", "nantes", "bordeaux", "lille", "rennes", "strasbourg", "montpellier",
    "france", "bretagne", "corse", "reunion", "guadeloupe", "martinique", "algerie", "maroc", "tunisie", "portugal",
    "espagne", "italie", "turquie", "istanbul", "galatasaray", "fenerbahce", "besiktas", "barcelona", "barcelone", "madrid",
    "real", "juventus", "chelsea", "arsenal", "liverpool", "zidane", "mbappe", "messi", "ronaldo", "allezlom", "allez",
    "psg", "olympique", "champion", "janvier", "fevrier", "mars", "avril", "mai", "juin", "juillet", "aout", "septembre",
    "octobre", "novembre", "decembre", "printemps", "hiver", "automne", "lundi", "mardi", "mercredi", "jeudi", "vendredi",
    "samedi", "dimanche", "noel", "anniversaire", "bonheur", "sourire", "musique", "music", "guitare", "piano", "danse",
    "fleur", "rose", "violette", "jardin", "plage", "montagne", "ocean", "summer", "winter", "monday", "jesus", "allah",
    "dieu", "angel", "ange", "diable", "money", "argent", "doudoune", "marmotte", "cacahuete", "pass", "word", "mot", "passe",
    "sesame", "changer", "changeme", "default", "defaut", "temporaire", "provisoire", "nouveau", "super", "mega", "monmot",
)  # fmt: skip
_ROWS = (
    "azertyuiop", "qsdfghjklm", "wxcvbn", "qwertyuiop", "asdfghjkl", "zxcvbnm", "01234567890", "abcdefghijklmnopqrstuvwxyz",
    "1qaz2wsx3edc4rfv5tgb6yhn", "1aqw2zsx3edc4rfv5tgb", "qazwsxedcrfvtgb", "zaq1xsw2cde3vfr4", "q1w2e3r4t5y6u7i8",
    "1q2w3e4r5t6y7u8i", "a1z2e3r4t5y6u7i8", "1a2z3e4r5t6y7u8i", "qazxswedcvfr",
)  # fmt: skip
_CORNERS = ("qwe", "asd", "zxc", "aze", "qsd", "wxc", "rty", "fgh", "vbn", "uio", "jkl")
_SPELT = str.maketrans("013457@$!", "oieastasi")
"""« m0td3p4ss3 »."""
_UNIT = re.compile(r"(.+?)\1+", re.DOTALL)


def _side_by_side() -> Iterator[str]:
    for row in _ROWS:
        for way in (row, row[::-1]):
            for start in range(len(way) - 3):
                yield from (way[start:end] for end in range(start + 4, len(way) + 1))


_PRICES = {**dict.fromkeys((*_side_by_side(), *_CORNERS), 1), **dict.fromkeys((*CONTEXT, *_WORDS), 2)}
_LONGEST = max(map(len, _PRICES))


def is_common(password: str) -> bool:
    """Whether a password costs too little to be tried: as it is, or with its letters written as letters again."""
    text = plain(password)
    end = text.rstrip("0123456789")
    return min(_cost(text), _cost(end.translate(_SPELT) + text[len(end) :])) < ENOUGH


def plain(text: str) -> str:
    """Small letters without marks nor spaces; signs and the letters of every script stay, since each costs."""
    marked = unicodedata.normalize("NFKD", text).casefold()
    return "".join(letter for letter in marked if not unicodedata.combining(letter) and not letter.isspace())


def _cost(text: str) -> int:
    """The least that the pieces of a text cost together, however it is cut."""
    again = _UNIT.fullmatch(text)
    if again is not None:
        return 1 + _cost(again.group(1))
    least = [0]
    for end in range(1, len(text) + 1):
        cuts = range(max(end - _LONGEST, 0), end)
        least.append(min(least[start] + _price(text[start:end]) for start in cuts))
    return least[-1]


def _price(piece: str) -> int:
    if piece in _PRICES:
        return _PRICES[piece]
    if (len(piece) <= 4 and piece.isdigit()) or (len(piece) >= 3 and len(set(piece)) == 1):
        return 1
    return len(piece)
