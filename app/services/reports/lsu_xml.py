"""LSU's XML of the first degree (lsu.md): bytes in, bilans and problems out. Any version, any unknown element: a warning."""

from __future__ import annotations

from typing import Any

from app.services.reports.found import FoundBilan, FoundXml, ProblemList, Tick, no_tick, refusal
from app.services.reports.lsu_bilan import read_cycle, read_periodic
from app.services.reports.lsu_book import BOOK_TAGS, Book
from app.services.reports.xml_stream import free, local, read_elements

NAMESPACE = "urn:fr:edu:scolarite:lsun:bilans:import"
KNOWN_VERSION = "1.0"
MOST_BILANS = 200_000
_BILANS = {"bilan-periodique": read_periodic, "bilan-cycle": read_cycle}
_SECTIONS = frozenset(
    {"entete", "donnees", "directeurs", "classes", "eleves", "periodes", "enseignants", "elements-programme",
     "parcours-communs", "bilans-periodiques", "bilans-cycle"}
)  # fmt: skip


def read_xml(name: str, content: bytes, *, tick: Tick = no_tick) -> FoundXml:
    """The bilans of a file. Raises InputError where the file as a whole is none of the first degree's."""
    book = Book(name, ProblemList(name))
    bilans: list[FoundBilan] = []
    for element in read_elements(name, content, tags=(*BOOK_TAGS, *_BILANS), tick=tick):
        tag = local(element)
        if tag == "lsun-bilans":
            _judge_root(element, book)
        elif tag not in _BILANS:
            book.read(element)
        else:
            _add(bilans, _BILANS[tag](element, book), name)
            free(element)
    problems = book.problems.closed()
    if not bilans and not any(problem.level == "error" for problem in problems):
        raise refusal(
            "no_bilan", name,
            "ne contient aucun bilan. Dans votre logiciel de livret, choisissez une classe et une période qui en ont, puis "
            "exportez de nouveau.",
        )  # fmt: skip
    return FoundXml(name, book.uai, tuple(bilans), problems)


def _add(bilans: list[FoundBilan], found: FoundBilan | None, name: str) -> None:
    if found is not None:
        bilans.append(found)
    if len(bilans) > MOST_BILANS:
        raise refusal("too_many", name, f"contient plus de {MOST_BILANS} bilans : exportez classe par classe.")


def _judge_root(root: Any, book: Book) -> None:
    """What is known only at the end: version, namespace, sections that nobody knows."""
    version = (root.get("schemaVersion") or "").strip()
    if version != KNOWN_VERSION:
        book.problems.warning(
            f"Version de format « {version[:20]} », plus récente que celle que Préau connaît ({KNOWN_VERSION}) : ce qui est "
            "inconnu est laissé de côté." if version else "Le fichier ne dit pas la version de son format."
        )  # fmt: skip
    if str(root.tag).partition("}")[0].lstrip("{") != NAMESPACE:
        book.problems.warning("Espace de noms inattendu : vérifiez que ce fichier est bien un export LSU.")
    sections = list(root) + [child for top in root if local(top) == "donnees" for child in top]
    for child in sections:
        if local(child) not in _SECTIONS:
            book.problems.warning(f"Partie « {local(child)[:40]} » inconnue, laissée de côté.")
