"""Reads one extraction: every line becomes a person, or a problem with its line and column. Content never raises."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime

from app.models.codes import ine_problem, read_level
from app.models.contacts import INVALID, LANDLINE, is_mail, mail_suggestion, read_mobile
from app.models.names import fold
from app.services.onde.decode import Cells, SourceFile, read_cells
from app.services.onde.header import Header, read_header
from app.services.onde.parsed import GUARDIAN_FIELDS, PUPIL_FIELDS, ChildRef, ParsedFile, ParsedGuardian, ParsedPupil
from app.services.onde.problems import Problem
from app.services.records.people import pupil_name

OLDEST = date(1990, 1, 1)
MAX_CELL = 300
MAX_PROBLEMS = 500


def read_file(source: SourceFile, *, today: date, allow_fictional: bool = False) -> ParsedFile:
    """The people of a file. Raises InputError where the file as a whole is none of ONDE's."""
    lines = read_cells(source)
    first = next(lines)
    header = read_header(first.values, file=source.name)
    return _Reader(source.name, header, today, allow_fictional).read(lines)


class _Reader:
    """The reading of one file."""

    def __init__(self, name: str, header: Header, today: date, allow_fictional: bool) -> None:
        self._header = header
        self._today = today
        self._allow_fictional = allow_fictional
        self._file = ParsedFile(name, header.kind, frozenset(header.columns))
        self._organisms = 0

    def read(self, lines: object) -> ParsedFile:
        self._header_problems()
        width = len(self._header.titles)
        for cells in lines:  # type: ignore[attr-defined]
            self._line(cells, width)
        self._after()
        del self._file.problems[MAX_PROBLEMS:]
        return self._file

    def _header_problems(self) -> None:
        if self._header.unknown:
            names = ", ".join(f"« {title} »" for title in self._header.unknown[:8])
            self._problem("warning", 1, None, f"Colonnes inconnues, laissées de côté : {names}.")
        if self._header.kind == "pupils" and "ine" not in self._header.columns:
            self._problem(
                "warning", 1, "INE", "Ce fichier n’a pas de colonne INE : tous les élèves sont pris en compte."
            )

    def _line(self, cells: Cells, width: int) -> None:
        values = cells.values
        if sum(1 for value in values if value) == 1:
            return  # a last line that is a count or a date
        if len(values) < width - 1 and self._header.kind == "pupils":
            self._problem(
                "warning", cells.line, None, f"Ligne plus courte que l’en-tête ({len(values)} cellules sur {width})."
            )
        if any(values[width + 1 :]):
            self._problem("warning", cells.line, None, "Ligne plus longue que l’en-tête : la fin est laissée de côté.")
        if self._header.kind == "pupils":
            self._pupil(cells)
        else:
            self._guardian(cells)

    def _cell(self, cells: Cells, place: int | None) -> str | None:
        if place is None or place >= len(cells.values):
            return None
        return cells.values[place][:MAX_CELL] or None

    def _fields(self, cells: Cells, names: tuple[str, ...]) -> dict[str, str | None]:
        columns = self._header.columns
        return {name: self._cell(cells, columns[name]) for name in names if name in columns}

    def _named(self, cells: Cells, values: dict[str, str | None]) -> bool:
        for field, label in (("last_name", "nom"), ("first_name", "prénom")):
            if not values.get(field):
                self._problem(
                    "error", cells.line, self._header.title(field), f"Le {label} manque : ligne laissée de côté."
                )
                return False
        return True

    def _pupil(self, cells: Cells) -> None:
        values = self._fields(cells, PUPIL_FIELDS)
        if not self._named(cells, values) or not self._birth_date(cells, values):
            return
        self._ine(cells, values)
        classroom = self._cell(cells, self._header.columns.get("classroom"))
        if "classroom" in self._header.columns and not classroom:
            self._problem("warning", cells.line, self._header.title("classroom"), "Élève sans classe.")
        level = self._cell(cells, self._header.columns.get("level"))
        onde_id = self._cell(cells, self._header.columns.get("classroom_onde_id"))
        self._file.pupils.append(
            ParsedPupil(cells.line, values, classroom, onde_id, read_level(level or classroom or ""))
        )

    def _birth_date(self, cells: Cells, values: dict[str, str | None]) -> bool:
        text = values.get("birth_date")
        if text is None:
            return True
        born = read_date(text)
        if born is None or not OLDEST <= born <= self._today:
            self._problem(
                "error", cells.line, self._header.title("birth_date"),
                f"« {text} » n’est pas une date de naissance possible : corrigez-la dans ONDE. Ligne laissée de côté.",
            )  # fmt: skip
            self._file.rejected.add(pupil_name(values))
            return False
        values["birth_date"] = born.isoformat()
        return True

    def _ine(self, cells: Cells, values: dict[str, str | None]) -> None:
        if "ine" not in values:
            return
        ine = values["ine"]
        if ine is None:
            self._problem("warning", cells.line, self._header.title("ine"), "Élève sans INE : à compléter dans ONDE.")
            return
        values["ine"] = ine.replace(" ", "").upper()
        trouble = ine_problem(values["ine"] or "")
        if trouble is not None:
            self._problem("warning", cells.line, self._header.title("ine"), trouble)

    def _guardian(self, cells: Cells) -> None:
        values = self._fields(cells, GUARDIAN_FIELDS)
        children = self._children(cells)
        if not children and not values.get("first_name"):
            self._organisms += 1
            return
        if not self._named(cells, values):
            return
        if not children:
            self._problem("warning", cells.line, None, "Responsable sans enfant dans ce fichier : laissé de côté.")
            return
        self._contacts(cells, values)
        self._file.guardians.append(ParsedGuardian(cells.line, values, children))

    def _children(self, cells: Cells) -> tuple[ChildRef, ...]:
        found = []
        for block in self._header.children:
            child = {field: self._cell(cells, place) for field, place in block.items()}
            last, first = child.get("last_name") or child.get("usage_name"), child.get("first_name")
            if last and first:
                born = read_date(child.get("birth_date") or "")
                found.append(
                    ChildRef(
                        last, child.get("usage_name"), first, child.get("classroom"), born.isoformat() if born else None
                    )
                )
        return tuple(found)

    def _contacts(self, cells: Cells, values: dict[str, str | None]) -> None:
        mail = values.get("email")
        if mail is not None and not is_mail(mail):
            self._problem("warning", cells.line, self._header.title("email"), f"« {mail} » n’est pas une adresse mail.")
        elif mail is not None and (meant := mail_suggestion(mail)):
            self._problem(
                "warning", cells.line, self._header.title("email"), f"« {mail} » : vouliez-vous dire « {meant} » ?"
            )
        flag = read_mobile(values.get("mobile"), allow_fictional=self._allow_fictional).flag
        if flag is not None:
            what = {LANDLINE: "est un numéro fixe", INVALID: "n’est pas un numéro de téléphone"}[flag]
            self._problem(
                "warning",
                cells.line,
                self._header.title("mobile"),
                f"« {values['mobile']} » {what} : aucun SMS n’y sera envoyé.",
            )

    def _after(self) -> None:
        if self._organisms:
            self._problem("warning", None, None, f"{self._organisms} organisme(s) d’accueil laissé(s) de côté.")
        if self._header.kind == "pupils":
            self._repeated_pupils()

    def _repeated_pupils(self) -> None:
        """The same pupil on two levels is one pupil; one INE for two different pupils is an error on those lines."""
        by_ine: dict[str, list[ParsedPupil]] = defaultdict(list)
        kept: dict[tuple[object, ...], ParsedPupil] = {}
        for pupil in self._file.pupils:
            values = pupil.values
            key = (values.get("ine"), fold(values["last_name"] or ""), fold(values["first_name"] or ""),
                   values.get("birth_date"), None if values.get("birth_date") else pupil.line)  # fmt: skip
            if key not in kept:
                kept[key] = pupil
                if ine := values.get("ine"):
                    by_ine[ine].append(pupil)
        wrong = {id(pupil) for pupils in by_ine.values() if len(pupils) > 1 for pupil in pupils}
        for ine, pupils in by_ine.items():
            for pupil in pupils if len(pupils) > 1 else []:
                lines = ", ".join(str(other.line) for other in pupils)
                self._problem(
                    "error", pupil.line, self._header.title("ine"),
                    f"L’INE {ine} est porté par plusieurs élèves (lignes {lines}) : lignes laissées de côté.",
                )  # fmt: skip
        self._file.rejected |= {pupil_name(pupil.values) for pupil in kept.values() if id(pupil) in wrong}
        self._file.pupils = [pupil for pupil in kept.values() if id(pupil) not in wrong]

    def _problem(self, level: str, line: int | None, column: str | None, message: str) -> None:
        self._file.problems.append(
            Problem("error" if level == "error" else "warning", self._file.name, line, column, message)
        )


def read_date(text: str) -> date | None:
    """``JJ/MM/AAAA`` (or with - or .) and ``AAAA-MM-JJ``, both seen in one school; None for anything else."""
    plain = text.strip()[:10].replace(".", "/").replace("-", "/")
    for form in ("%d/%m/%Y", "%Y/%m/%d"):
        try:
            return datetime.strptime(plain, form).date()  # noqa: DTZ007 - a calendar day has no zone
        except ValueError:
            continue
    return None
