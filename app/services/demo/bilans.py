"""The bilans of a class of the demonstration school, as another software writes them for LSU (XML of the first degree)."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from lxml import etree

from app.services.demo.school import CLASSES, UAI, DemoPupil, DemoSchool

NAMESPACE = "urn:fr:edu:scolarite:lsun:bilans:import"
_CYCLE_2 = ("CP", "CE1", "CE2")
_DOMAINS = {
    2: ("FRA", "MAT", "EPS-RAC", "ART", "QLM", "EMC-RAC", "LGV-RAC"),
    3: ("FRA", "MAT", "EPS-RAC", "ART", "STC-RAC", "HIG-RAC", "EMC-RAC", "LGV-RAC"),
}
_PARTS = {
    "FRA": ("LGO", "LEC", "ECR", "ETL"), "MAT": ("NBC", "GDM", "GEO"), "ART": ("PLA", "MUS"), "QLM": ("VMO", "ETP"),
}  # fmt: skip
_ITEMS = {
    "FRA": ("Lire à voix haute un texte préparé", "Écrire un texte d’une dizaine de lignes"),
    "MAT": ("Calculer en ligne et poser une soustraction", "Résoudre un problème à deux étapes"),
    "EPS": ("Courir à son rythme pendant huit minutes",), "ART": ("Le portrait, du dessin au collage",),
    "QLM": ("Le cycle de l’eau", "Lire une frise chronologique"), "EMC": ("Élire des délégués, tenir un débat réglé",),
    "LGV": ("Se présenter en anglais",), "STC": ("Les états de l’eau", "Un circuit électrique simple"),
    "HIG": ("Lire une carte de France", "Les premiers peuplements"),
}  # fmt: skip
_WORDS = (
    "Des progrès réguliers, à poursuivre.", "Participe volontiers et s’appuie sur l’aide-mémoire.",
    "A besoin de relire la consigne avant de commencer.", "Travail soigné, idées personnelles.",
    "Les notions sont comprises\u00a0; reste à aller plus vite.", "Encore hésitant\u00a0: de petits entraînements à la maison.",
)  # fmt: skip
_GENERAL = (
    "Une période sérieuse. {name} est à l’écoute, aide ses camarades et ose davantage à l’oral.\nIl faut continuer à lire un "
    "peu chaque soir.",
    "{name} comprend vite et travaille avec soin. Prendre le temps de se relire sera le but de la prochaine période.",
    "Des débuts difficiles, puis de vrais efforts depuis quelques semaines\u00a0: {name} peut s’en réjouir. Nous poursuivons "
    "l’aide en petit groupe.",
)


def class_xml(school: DemoSchool, classroom: str, *, today: date) -> bytes:
    """The first period of the school year of ``today``; what is drawn for a child depends on nothing but his INE."""
    pupils = [pupil for pupil in school.pupils if pupil.classroom == classroom]
    root = etree.Element(f"{{{NAMESPACE}}}lsun-bilans", schemaVersion="1.0", nsmap={None: NAMESPACE})
    head = _add(root, "entete")
    for name, text in (("editeur", "Exemple"), ("application", "Cahier de démonstration"), ("etablissement", UAI)):
        _add(head, name).text = text
    data = _add(root, "donnees")
    _people(data, pupils, classroom)
    year = today.year - (today.month < 8)
    period = {"id": "P1", "millesime": f"{year}", "indice": "1", "nb-periodes": "3"}
    ends = {"date-debut": f"{year}-09-01", "date-fin": f"{year}-12-18"}
    _add(_add(data, "periodes"), "periode", **period, **ends)
    teachers = _add(data, "enseignants")
    civility, name = _teacher(classroom)
    _add(teachers, "enseignant", id="T1", civilite=civility, nom=name, prenom="Camille")
    _items(data)
    reports = _add(data, "bilans-periodiques")
    for number, pupil in enumerate(pupils):
        _report(reports, number, pupil, today)
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return written


def _add(parent: etree._Element, tag: str, **attributes: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{NAMESPACE}}}{tag}", attributes)


def _teacher(classroom: str) -> tuple[str, str]:
    """« CE2 M. Marchetti » is the class of ("M", "Marchetti")."""
    _, title, name = classroom.split(" ", 2)
    return ("M" if title == "M." else "MME"), name


def _people(data: etree._Element, pupils: Sequence[DemoPupil], classroom: str) -> None:
    _add(_add(data, "directeurs"), "directeur", id="D1", civilite="MME", nom="Rouvière", prenom="Hélène")
    number = 990100 + [label for label, _ in CLASSES].index(classroom)
    _add(_add(data, "classes"), "classe", id="C1", **{"id-be": f"{number}"}, libelle=classroom)
    listed = _add(data, "eleves")
    for place, pupil in enumerate(pupils):
        names = {"nom": pupil.last_name, "prenom": pupil.first_name}
        _add(listed, "eleve", id=f"E{place}", ine=pupil.ine, **{"classe-ref": "C1"}, **names)


def _items(data: etree._Element) -> None:
    listed = _add(data, "elements-programme")
    for domain, items in _ITEMS.items():
        for place, item in enumerate(items):
            _add(listed, "element-programme", id=f"{domain}{place}", libelle=item)


def _report(reports: etree._Element, number: int, pupil: DemoPupil, today: date) -> None:
    dice = random.Random(pupil.ine)  # noqa: S311 - invented marks need no secrecy
    before = today - timedelta(days=3)
    report = _add(
        reports, "bilan-periodique",
        **{"eleve-ref": f"E{number}", "periode-ref": "P1", "enseignant-refs": "T1", "date-creation": f"{before}",
           "date-scolarite": f"{before.year - (before.month < 8)}-09-01", "date-verrou": f"{before}T17:30:00",
           "directeur-ref": "D1"},
    )  # fmt: skip
    learnt = _add(report, "liste-acquis")
    for code in _DOMAINS[2 if pupil.level in _CYCLE_2 else 3]:
        _domain(learnt, code, dice)
    journey = _add(_add(report, "liste-parcours"), "parcours", code="PAR_CIT")
    journey.text = "Élection des délégués, nettoyage de la cour avec la mairie."
    _add(report, "appreciation-generale").text = dice.choice(_GENERAL).format(name=pupil.first_name)


def _domain(learnt: etree._Element, code: str, dice: random.Random) -> None:
    domain, parts = code[:3], _PARTS.get(code, ())
    items = " ".join(f"{domain}{place}" for place in range(len(_ITEMS[domain])))
    marked = {} if parts else {"positionnement": _mark(dice)}
    head = _add(
        learnt, "acquis", **{"code-domaine": f"{domain}-RAC", **marked, "element-programme-refs": items, "non-evalue": "false"}
    )  # fmt: skip
    _add(head, "appreciation").text = dice.choice(_WORDS)
    if parts:
        under = _add(head, "sous-domaines")
        for part in parts:
            _add(under, "sous-domaine", **{"code-domaine": f"{domain}-{part}", "positionnement": _mark(dice)})


def _mark(dice: random.Random) -> str:
    return str(dice.choices((1, 2, 3, 4), (1, 4, 8, 3))[0])


def elementary_classes() -> Iterator[str]:
    """The classes whose pupils all have a livret, in the school's order."""
    for label, levels in CLASSES:
        if not {"PS", "MS", "GS"} & set(levels):
            yield label
