"""The lines of the « Responsables » extraction."""

from __future__ import annotations

from app.models.contacts import INVALID, LANDLINE, is_mail, mail_suggestion, read_mobile
from app.models.names import fold
from app.services.onde.dates import read_date
from app.services.onde.decode import Cells
from app.services.onde.header import Header, cell
from app.services.onde.parsed import GUARDIAN_FIELDS, ChildRef, ParsedFile, ParsedGuardian
from app.services.onde.problems import ProblemList
from app.services.onde.pupil_lines import named
from app.services.records.people import pupil_name

_FLAGS = {LANDLINE: "est un numéro fixe", INVALID: "n’est pas un numéro de téléphone"}


class GuardianLines:
    """Reads guardians into ``file``, what is wrong with them into ``problems``."""

    def __init__(self, header: Header, problems: ProblemList, file: ParsedFile, allow_fictional: bool) -> None:
        self._header = header
        self._problems = problems
        self._file = file
        self._allow_fictional = allow_fictional
        self._organisms = 0
        self._organisms_began = False

    def read(self, cells: Cells) -> bool:
        """One line: a guardian, an error, or a host organisation, for which False is returned."""
        values = self._header.fields(cells, GUARDIAN_FIELDS)
        children = self._children(cells)
        if self._is_organism(cells, values, bool(children)):
            return False
        if not named(values, cells, self._header, self._problems, self._file):
            return True
        if not children:
            self._problems.warning(cells.line, None, "Responsable sans enfant dans ce fichier\u00a0: laissé de côté.")
            self._file.rejected.add(pupil_name(values))
            return True
        self._contacts(cells, values)
        self._file.guardians.append(ParsedGuardian(cells.line, values, children))
        return True

    def _is_organism(self, cells: Cells, values: dict[str, str | None], has_children: bool) -> bool:
        """Host organisations stand at the end: below a title of their own, or without civility and first name."""
        if fold(next(filter(None, cells.values))).startswith("organisme"):
            self._organisms_began = True
            self._organisms += sum(map(bool, cells.values)) > 1
            return True
        civility = values.get("civility") is not None if "civility" in values else has_children
        if self._organisms_began or not (values.get("first_name") or civility):
            self._organisms += 1
            return True
        return False

    def _children(self, cells: Cells) -> tuple[ChildRef, ...]:
        return tuple(child for block in self._header.children if (child := self._child(cells, block)) is not None)

    def _child(self, cells: Cells, block: dict[str, int]) -> ChildRef | None:
        values = {field: cell(cells, place) for field, place in block.items()}
        usage, first = values.get("usage_name"), values.get("first_name")
        last = values.get("last_name") or usage
        if not last or not first:
            if last or first:
                self._problems.warning(
                    cells.line, None, f"Enfant sans nom ou sans prénom («\u00a0{last or first}\u00a0»)\u00a0: ignoré."
                )
            return None
        text = values.get("birth_date")
        born = read_date(text) if text else None
        if text and born is None:
            title = self._header.titles[block["birth_date"]]
            self._problems.warning(
                cells.line, title, f"«\u00a0{text}\u00a0» n’est pas une date\u00a0: elle n’est pas prise en compte."
            )
        return ChildRef(last, usage, first, values.get("classroom"), born.isoformat() if born else None)

    def _contacts(self, cells: Cells, values: dict[str, str | None]) -> None:
        mail, mobile = values.get("email"), values.get("mobile")
        title = self._header.title("email")
        if mail is not None and not is_mail(mail):
            self._problems.warning(cells.line, title, f"«\u00a0{mail}\u00a0» n’est pas une adresse mail.")
        elif mail is not None and (meant := mail_suggestion(mail)):
            self._problems.warning(
                cells.line, title, f"«\u00a0{mail}\u00a0»\u00a0: vouliez-vous dire «\u00a0{meant}\u00a0»\u202f?"
            )
        flag = read_mobile(mobile, allow_fictional=self._allow_fictional).flag
        if flag is not None:
            self._problems.warning(
                cells.line,
                self._header.title("mobile"),
                f"«\u00a0{mobile}\u00a0» {_FLAGS[flag]}\u00a0: aucun SMS n’y sera envoyé.",
            )

    def finish(self) -> None:
        """The word on the organisations, once all lines are read."""
        if self._organisms:
            self._problems.warning(None, None, f"{self._organisms} organisme(s) d’accueil laissé(s) de côté.")
