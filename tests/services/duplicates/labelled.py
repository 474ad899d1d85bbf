"""A labelled set of guardians' records: invented people, real habits, every pair known; the same for the same seed.

People are made first, then each record of a person is written with its own independent noise. What is labelled is who a
record belongs to; whether two records of one person still hold something in common beside the name is told by what the
noise left in them, never by the judge that is measured.

Traps, as hard as life: couples with one mail and one mobile, or with close first names; a father and a son of one
name under one roof; a mother and a daughter « Marie-Claude » and « Marie »; homonyms in one school; grandparents;
numbers that an operator has given to somebody else.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from itertools import combinations

from app.models.tables import Row, new_row
from app.services.demo import people as demo
from app.services.duplicates.matching import Match
from app.services.duplicates.people import School

COMMON = (
    "Martin", "Bernard", "Thomas", "Petit", "Robert", "Richard", "Durand", "Dubois", "Moreau", "Laurent", "Simon", "Michel",
    "Lefebvre", "Leroy", "Roux", "David", "Bertrand", "Morel", "Fournier", "Girard", "Diallo", "Nguyen", "Traoré", "Benali",
)  # fmt: skip
SYLLABLES = (
    ("Ab", "Bar", "Bel", "Bour", "Cas", "Cham", "Cor", "Dam", "Del", "Du", "Es", "Fab", "Fon", "Gar", "Gui", "Her", "Jol",
     "Ker", "La", "Lam", "Mar", "Mau", "Mon", "Nau", "Or", "Pel", "Pra", "Quin", "Ray", "Rou", "Sau", "Ta", "Ver", "Vil"),
    ("ba", "bi", "cha", "di", "do", "fe", "ga", "gue", "la", "le", "li", "lo", "ma", "mi", "na", "ni", "que", "ra", "ri",
     "ro", "ta", "ti", "to", "va", "ve", "vi", "ze", "zo"),
    ("nd", "rd", "ud", "x", "rt", "ncourt", "gnac", "gnol", "ssier", "lle", "tte", "not", "ret", "teau", "ville", "zac",
     "son", "nne", "bert", "dan", "guy", "mont"),
)  # fmt: skip
MOTHERS = (
    *demo.MOTHERS, "Marie", "Marie-Laure", "Marie-Pierre", "Sarah", "Sandra", "Sandrine", "Audrey", "Aurélie", "Pauline",
    "Caroline", "Claire", "Charlotte", "Laura", "Lucie", "Fatima", "Fatiha", "Khadija", "Nadia", "Sophie", "Isabelle",
    "Nathalie", "Véronique", "Mélanie", "Marion", "Marine", "Camille", "Anne-Laure", "Justine", "Jennifer", "Emma",
)  # fmt: skip
FATHERS = (
    *demo.FATHERS, "Jean", "Jean-Pierre", "Jean-Luc", "Jean-Baptiste", "Pierre", "Pierre-Yves", "Paul", "Marc", "Mohamed",
    "Mohammed", "Ahmed", "Julien", "Guillaume", "Alexandre", "Alexis", "Romain", "Kevin", "Thomas", "Martin", "Bernard",
    "Maxime", "Florian", "Yann", "Yannick", "Arnaud", "Michel", "Daniel", "Dominique", "Patrick", "Franck",
)  # fmt: skip
GRANDFATHERS = ("Roger", "Gérard", "Jean", "Jean-Claude", "Marcel", "René", "Michel", "Mohamed", "Claude", "Guy")
CLOSE_COUPLES = (
    ("Frédérique", "Frédéric"), ("Joëlle", "Joël"), ("Pascale", "Pascal"), ("Jeanne", "Jean"), ("Michèle", "Michel"),
    ("Danielle", "Daniel"), ("Laurence", "Laurent"), ("Gabrielle", "Gabriel"), ("Andréa", "André"),
)  # fmt: skip
SECOND = ("Louise", "Jeanne", "Marie", "Henri", "Louis", "Paul", "Ali", "Rose")
DOMAINS = ("exemple.fr", "courriel.exemple.fr", "messagerie.exemple.org")
FICTIONAL = ("63998", "19900", "26191", "35301", "46571", "53649")
STREETS = tuple(f"{kind} {name}" for kind in ("rue", "avenue", "chemin", "impasse", "place", "allée", "boulevard") for name in
                ("des Tilleuls", "du Lavoir", "de la Halle", "Saint-Jean", "du Viaduc", "des Mûriers", "Traversière",
                 "de l’Écluse", "du Moulin", "des Écoles", "Jean-Moulin", "de la Gare"))  # fmt: skip
Pairs = set[frozenset[tuple[str, str]]]
"""Keys (school id, guardian id) of two records, in no order."""
KEYS = {"a": "zqs", "e": "rzd", "i": "uok", "o": "ipl", "u": "yij", "r": "tef", "s": "qdz", "t": "ryg", "n": "bhj"}
ABBREVIATED = {"avenue": "av.", "boulevard": "bd", "chemin": "ch.", "place": "pl.", "impasse": "imp.", "allée": "all."}


@dataclass(frozen=True, slots=True)
class Human:
    """One person as she is. Empty texts are what she does not have."""

    uid: str
    title: str
    last: str
    usage: str
    first: str
    mobile: str
    email: str
    home: str
    street: str
    postal_code: str
    former_mobile: str
    former_street: str
    other_email: str


@dataclass(frozen=True, slots=True)
class Child:
    """A child of a family, in one school."""

    school: int
    pupil: Row


@dataclass(frozen=True, slots=True)
class Written:
    """A record, whose it is, and what the noise left in it beside the name."""

    row: Row
    uid: str
    facts: frozenset[str]


@dataclass(slots=True)
class Labelled:
    """A set."""

    schools: list[School]
    same: Pairs
    """Pairs that hold evidence."""
    bare: Pairs
    """Pairs of which nothing is left in common but a name: nobody can find them, and nobody is asked to."""
    size: int


@dataclass(slots=True)
class _Records:
    guardians: list[Row] = field(default_factory=list)
    links: list[Row] = field(default_factory=list)
    pupils: list[Row] = field(default_factory=list)


def make_set(seed: int, *, size: int, schools: int) -> Labelled:
    """Some ``size`` records of guardians in so many schools."""
    return _Maker(random.Random(seed), schools).run(size)


class _Maker:
    """Draws families and writes their records."""

    def __init__(self, chance: random.Random, schools: int) -> None:
        self._chance = chance
        self._schools = [_Records() for _ in range(schools)]
        self._written: list[Written] = []
        self._count = 0
        self._numbers: list[str] = []

    def run(self, size: int) -> Labelled:
        while len(self._written) < size:
            self._family()
        by_person: dict[str, list[Written]] = {}
        for record in self._written:
            by_person.setdefault(record.uid, []).append(record)
        same, bare = Pairs(), Pairs()
        for records in by_person.values():
            for one, other in combinations(records, 2):
                (same if one.facts & other.facts else bare).add(frozenset((_key(one), _key(other))))
        found = [School(f"s{number}", one.guardians, one.links, one.pupils) for number, one in enumerate(self._schools)]
        return Labelled(found, same, bare, len(self._written))

    def _family(self) -> None:
        """One family; now and then a trap beside it."""
        father = self._human("M.", self._surname(), self._first(FATHERS))
        mother = self._mother(father)
        adults = [mother] if self._says(0.2) else [father] if self._says(0.04) else [mother, father]
        home = self._chance.randrange(len(self._schools))
        children = self._children(father if father in adults else mother, home)
        self._register(adults, children)
        self._traps(father, mother, children, home)

    def _mother(self, father: Human) -> Human:
        first = self._first(MOTHERS)
        if self._says(0.02):
            first, husband = self._chance.choice(CLOSE_COUPLES)
            father = replace(father, first=husband)
        mother = self._human("Mme", self._surname(), first)
        if self._says(0.45):
            mother = replace(mother, usage=father.last)
        elif self._says(0.1):
            mother = replace(mother, usage=f"{mother.last}-{father.last}")
        if self._says(0.75):
            mother = replace(mother, street=father.street, postal_code=father.postal_code, home=father.home)
        if self._says(0.25):
            mother = replace(mother, email=father.email)
        if self._says(0.1):
            mother = replace(mother, mobile=father.mobile)
        return mother

    def _traps(self, father: Human, mother: Human, children: list[Child], home: int) -> None:
        if self._says(0.01):  # a father and a son of one name, under one roof or not
            self._beside(replace(father, **self._own(father, under_one_roof=self._says(0.6))), home)
        if self._says(0.01):  # « Marie-Claude » and her daughter « Marie »
            elder = replace(mother, uid=self._uid(), first=f"{mother.first}-Claude")
            self._beside(replace(elder, **self._own(elder, under_one_roof=self._says(0.6))), home)
        if self._says(0.02):  # a homonym in the same school
            self._beside(replace(mother, **self._own(mother, under_one_roof=False)), home)
        if self._says(0.04):  # grandparents, who have the home phone and the surname in common
            elder = self._human("M.", father.last, self._chance.choice(GRANDFATHERS))
            elder = replace(elder, street=father.street, postal_code=father.postal_code, home=father.home)
            self._register([elder], children[:1], again=False)
        if self._says(0.02):  # two brothers who have come home with their children
            brother = self._human("M.", father.last, self._first(FATHERS))
            self._beside(replace(brother, street=father.street, postal_code=father.postal_code, home=father.home), home)

    def _own(self, like: Human, *, under_one_roof: bool) -> dict[str, str]:
        """What somebody of the same name has of his own."""
        other = self._human(like.title, like.last, like.first)
        own = {"uid": other.uid, "mobile": other.mobile, "email": other.email, "usage": ""}
        own |= {"former_mobile": other.former_mobile, "other_email": other.other_email}
        if under_one_roof:
            return own | ({"email": like.email} if self._says(0.1) else {})
        return own | {"street": other.street, "postal_code": other.postal_code, "home": other.home}

    def _beside(self, human: Human, home: int) -> None:
        """A family of his own, in the same school."""
        partner = self._human("Mme" if human.title == "M." else "M.", self._surname(), self._first(MOTHERS))
        adults = [human, partner] if self._says(0.75) else [human]
        self._register(adults, self._children(human, home))

    def _register(self, adults: list[Human], children: list[Child], *, again: bool = True) -> None:
        """One record of each adult in each school of his children; sometimes two."""
        for school in sorted({child.school for child in children}):
            here = [child for child in children if child.school == school]
            first = {adult.uid: self._write(adult, school) for adult in adults}
            for adult in adults:
                mine, twice = here, None
                if again and self._says(0.06):
                    twice = self._write(adult, school)
                    if len(here) > 1 and self._says(0.8):
                        mine, others = here[:1], here[1:]
                    else:
                        others = here
                    self._tie(twice, others, school)
                self._tie(first[adult.uid], mine, school)

    def _tie(self, record: Written, children: list[Child], school: int) -> None:
        place, facts = self._schools[school], set(record.facts)
        for child in children:
            facts |= {f"child {child.pupil['ine'] or child.pupil['last_name'] + child.pupil['first_name']}"}
            place.links.append(
                new_row(
                    "responsibilities", school_id=f"s{school}", id=self._uid(), pupil_id=child.pupil["id"],
                    guardian_id=record.row["id"], access="full",
                )
            )  # fmt: skip
        self._written.append(replace(record, facts=frozenset(facts)))

    def _children(self, parent: Human, home: int) -> list[Child]:
        count = self._chance.choices((1, 2, 3), (45, 42, 13))[0]
        schools = [home] * count
        if count > 1 and self._says(0.12):
            schools[-1] = (home + 1) % len(self._schools)
        found = []
        for school in schools:
            pupil = new_row(
                "pupils", school_id=f"s{school}", id=self._uid(), last_name=parent.last,
                first_name=self._chance.choice((*demo.GIRLS, *demo.BOYS)),
                birth_date=self._day(),
                ine=f"{self._chance.randrange(10**9):09}FA" if self._says(0.95) else None,
            )  # fmt: skip
            self._schools[school].pupils.append(pupil)
            found.append(Child(school, pupil))
        return found

    def _day(self) -> str:
        year, month, day = (self._chance.randint(*most) for most in ((2015, 2023), (1, 12), (1, 28)))
        return f"{year}-{month:02}-{day:02}"

    def _human(self, title: str, last: str, first: str) -> Human:
        name = f"{first[:1]}.{last}".lower().replace(" ", "").replace("’", "")
        mails = [f"{name}{self._chance.randrange(1000)}@{self._chance.choice(DOMAINS)}" for _ in range(2)]
        return Human(
            uid=self._uid(), title=title, last=last, usage="", first=first,
            mobile=self._mobile() if self._says(0.92) else "", email=mails[0] if self._says(0.8) else "",
            home=f"01990{self._chance.randrange(10**5):05}" if self._says(0.3) else "", street=self._street(),
            postal_code=self._chance.choice(("09990", "09991", "09992", "09993")), former_mobile=self._mobile(),
            former_street=self._street(), other_email=mails[1],
        )  # fmt: skip

    def _mobile(self) -> str:
        """A number; one in two hundred was somebody else’s before."""
        if self._numbers and self._says(0.005):
            return self._chance.choice(self._numbers)
        self._numbers.append(f"0{self._chance.choice(FICTIONAL)}{self._chance.randrange(10**4):04}")
        return self._numbers[-1]

    def _street(self) -> str:
        return f"{self._chance.randint(1, 120)} {self._chance.choice(STREETS)}"

    def _surname(self) -> str:
        if self._says(0.25):
            return self._chance.choice(COMMON)
        if self._says(0.3):
            return self._chance.choice(demo.FAMILY_NAMES)
        return "".join(self._chance.choice(part) for part in SYLLABLES)

    def _first(self, names: tuple[str, ...]) -> str:
        """Some first names are given ten times as often as others."""
        return names[min(self._chance.randrange(len(names)), self._chance.randrange(len(names)))]

    def _write(self, human: Human, school: int) -> Written:
        """One record, with the slips of whoever typed it."""
        last, usage, first = self._names(human)
        mobile, mail = self._written_mobile(human), self._written_mail(human)
        street, moved = self._written_street(human)
        home = human.home if self._says(0.7) else ""
        row = new_row(
            "guardians", school_id=f"s{school}", id=self._uid(), last_name=last, usage_name=usage or None, first_name=first,
            civility=human.title if self._says(0.97) else None, mobile=mobile or None, email=mail or None,
            phone_home=home or None, address=street or None, postal_code=human.postal_code if street else None,
        )  # fmt: skip
        self._schools[school].guardians.append(row)
        kept = {
            f"mobile {human.mobile}" if _digits(mobile) == human.mobile else "",
            f"mail {human.email}" if mail.lower() == human.email else "", f"home {home}" if home else "",
            f"street {human.street} {human.postal_code}" if street and not moved else "",
        }  # fmt: skip
        bare = {"mobile ", "mail ", ""}
        return Written(row, human.uid, frozenset(kept - bare))

    def _names(self, human: Human) -> tuple[str, str, str]:
        last, usage, first = human.last, human.usage, human.first
        if usage:
            ways = ((last, usage), (usage, ""), (last, ""), (usage, last))
            last, usage = self._chance.choices(ways, (70, 16, 8, 6))[0]
        if "-" in first and self._says(0.25):
            first = first.split("-")[0]
        elif self._says(0.08):
            first = f"{first} {self._chance.choice(SECOND)}"
        if self._says(0.05):
            last = self._mistype(last)
        if self._says(0.04):
            first = self._mistype(first)
        if self._says(0.03):
            last, first = first, last
        if self._says(0.4):
            last, usage, first = last.upper(), usage.upper(), first.upper()
        if self._says(0.2):
            last, first = _plain(last), _plain(first)
        return last, usage, first

    def _written_mobile(self, human: Human) -> str:
        if not human.mobile or self._says(0.08):
            return ""
        number = human.former_mobile if self._says(0.08) else human.mobile
        if self._says(0.02):
            place = self._chance.randrange(6, 10)
            number = number[:place] + str((int(number[place]) + 3) % 10) + number[place + 1 :]
        pairs = [number[place : place + 2] for place in range(0, 10, 2)]
        return self._chance.choice((number, " ".join(pairs), ".".join(pairs), f"+33 {number[1:]}", f"0033{number[1:]}"))

    def _written_mail(self, human: Human) -> str:
        if not human.email or self._says(0.12):
            return ""
        mail = human.other_email if self._says(0.1) else human.email
        if self._says(0.03):
            name, _, domain = mail.partition("@")
            mail = f"{self._mistype(name).lower()}@{domain}"
        return mail.upper() if self._says(0.1) else mail

    def _written_street(self, human: Human) -> tuple[str, bool]:
        if self._says(0.05):
            return "", False
        moved = self._says(0.1)
        number, kind, *rest = (human.former_street if moved else human.street).split(" ")
        if self._says(0.25):
            kind = ABBREVIATED.get(kind, kind)
        street = f"{number}{',' if self._says(0.3) else ''} {kind} {' '.join(rest)}"
        return street.upper() if self._says(0.3) else street, moved

    def _mistype(self, name: str) -> str:
        """One slip: two letters swapped, one missing, doubled, or the key beside it."""
        if len(name) < 4:
            return name
        place = self._chance.randrange(1, len(name) - 1)
        here, after = name[place], name[place + 1]
        slips = (after + here, after, here + here + after, self._chance.choice(KEYS.get(here, "e")) + after)
        return name[:place] + self._chance.choice(slips) + name[place + 2 :]

    def _says(self, share: float) -> bool:
        return self._chance.random() < share

    def _uid(self) -> str:
        self._count += 1
        return f"{self._count:08}"


def _plain(name: str) -> str:
    return name.translate(str.maketrans("éèêëàâäôöûüùîïçÉÈÊËÀÂÎÏÇ-’", "eeeeaaaoouuuiicEEEEAAIIC  "))


def _digits(number: str) -> str:
    digits = "".join(char for char in number if char.isdigit())
    return "0" + digits[-9:] if digits else ""


def _key(record: Written) -> tuple[str, str]:
    return record.row["school_id"], record.row["id"]


def measured(labelled: Labelled, found: Pairs) -> tuple[float, float]:
    """(precision, recall): a bare pair that is told all the same is no error; recall counts those with evidence."""
    true = labelled.same | labelled.bare
    return len(found & true) / (len(found) or 1), len(found & labelled.same) / len(labelled.same)


def told(found: Iterable[Match]) -> Pairs:
    """The pairs of which it is said that they are one person; those that are only asked about are left out."""
    return {frozenset((match.one.key, match.other.key)) for match in found if match.likelihood.is_told}
