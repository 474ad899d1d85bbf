"""What can be undone, under its name, with what it would change; and doing it. « Rétablir » undoes an undoing.

What may be undone at all stands in ``records.kinds``; whether it can be now is read from the act's trace.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, select

from app.models.acts_import import UndoImportFields
from app.models.acts_undo import UndoFields
from app.models.clock import local_date
from app.models.errors import NotFound, Refused
from app.models.states import Access, Role, Verdict
from app.models.tables import Row
from app.models.tables import acts as acts_table
from app.models.tables import imports as imports_table
from app.services.act_phrases import phrase
from app.services.act_reading import judged, pending
from app.services.desk import Desk
from app.services.journal_words import UNDO, Names
from app.services.records.apply_import import check_undo
from app.services.records.apply_undo import TOO_OLD
from app.services.records.journal import SubmittedAct, submit
from app.services.records.kinds import KINDS, Lasting, OwnUndo, Undoable
from app.services.records.rows import SchoolRows
from app.services.records.traces import Standing, Unit, essence, read, row_of, standing, units
from app.services.reviews import FIELD_WORDS, value_words
from app.services.vault.tables import links, pending_acts

LOOK_BACK = 50
"""How many of its own acts a PC goes back through for one that can still be undone."""
MOST_CHANGES = 4
IMPORT_CONSEQUENCE = (
    "Ce que l’import avait changé reprend sa valeur d’avant, les fiches qu’il avait créées sont marquées comme parties. "
    "Ce que quelqu’un a modifié depuis ne bouge pas et va dans «\u00a0À revoir\u00a0»."
)
GIVEN_BACK = (
    "Les connexions, les liens et les feuilles qui ont pris fin ne sont pas rouverts\u00a0: remettez une nouvelle feuille "
    "si besoin."
)
TAKEN_AWAY = "Dès que le serveur le sait, les connexions, les liens et les courriels en attente prennent fin."
DATES_BACK = (
    "Les feuilles reprennent leur ancienne date de fin\u00a0; celles dont cette date est passée n’ouvrent plus rien. "
    "Prévenez les familles à qui vous avez annoncé la nouvelle date."
)


@dataclass(frozen=True, slots=True)
class Offer:
    """One act, and whether it can be undone now. ``blocked`` says why not, empty where it can."""

    act_id: str
    kind: str
    """Of the act itself, or of what it undid."""
    again: bool
    """Whether undoing it puts back what an undoing took away."""
    name: str
    """« le retrait d’accès de DUPONT Marc pour DUPONT Zoé »."""
    done: str
    """« Accès retiré à DUPONT Marc pour DUPONT Zoé »."""
    consequence: str
    blocked: str

    @property
    def possible(self) -> bool:
        """Whether it can be undone now."""
        return not self.blocked

    @property
    def far_reaching(self) -> bool:
        """Whether to ask first, even right after the act."""
        return self.consequence == IMPORT_CONSEQUENCE

    @property
    def verb(self) -> str:
        """« Annuler » or « Rétablir »."""
        return "Rétablir" if self.again else "Annuler"

    @property
    def label(self) -> str:
        """« Annuler le retrait d’accès de … pour … »."""
        return f"{self.verb} {self.name}"

    @property
    def do_it(self) -> str:
        """The words of the button that does it."""
        return "Rétablir" if self.again else "Annuler cette action"

    @property
    def question(self) -> str:
        """What the person is asked to confirm."""
        return f"{self.label}\u202f? {self.consequence}".rstrip()


class Offers:
    """Judges acts of one school, on rows already being read."""

    def __init__(self, connection: Connection, rows: SchoolRows, names: Names) -> None:
        self._connection, self._rows, self._names = connection, rows, names
        role = connection.execute(select(links.c.role).where(links.c.school_id == rows.school_id)).scalar()
        self._role = Role(role) if role else Role.DIRECTOR

    def of(self, act: Row) -> Offer:
        """The offer for one act, as ``act_reading`` reads it."""
        fields = act["fields"] or {}
        kind = fields.get("kind", "") if act["kind"] == UNDO else act["kind"]
        told = phrase(act["kind"], fields, self._names)
        again = act["kind"] == UNDO and not fields.get("again")
        blocked, consequence = self._judge(act, kind)
        return Offer(act["id"], kind, again, told.name, told.done, consequence, blocked)

    def _judge(self, act: Row, kind_name: str) -> tuple[str, str]:
        """(why it cannot be undone, what undoing it changes); one of both is empty."""
        kind = KINDS.get(kind_name)
        if act["verdict"] == Verdict.REFUSED:
            return "Le serveur a refusé cette action\u00a0: il n’y a rien à annuler.", ""
        if kind is None:
            return "Cette version de Préau ne connaît pas cette action.", ""
        if isinstance(kind.undo, Lasting):
            return kind.undo.reason, ""
        if self._role not in kind.roles:
            return "Votre rôle dans cette école ne permet pas d’annuler cette action. Demandez à la direction.", ""
        if isinstance(kind.undo, OwnUndo):
            return self._import(act["fields"].get("import_id"))
        return self._trace(act, kind.undo)

    def _import(self, import_id: str | None) -> tuple[str, str]:
        found = next((one for one in self._imports if one["id"] == import_id), None)
        if found is None:
            return "Cet import n’est pas (ou plus) dans les dossiers de ce poste.", ""
        if found["undone_at"] is None and found["latest"]:
            found = self._rows.need("imports", found["id"])  # with all that it changed: only for the one that counts
        else:
            found = {**found, "before": []}
        try:
            check_undo(found, self._rows, others=self._imports)
        except Refused as refused:
            return refused.sentence, ""
        return "", IMPORT_CONSEQUENCE

    @cached_property
    def _imports(self) -> list[Row]:
        held = imports_table.c
        statement = select(held.id, held.at, held.undone_at).where(held.school_id == self._rows.school_id)
        found = [dict(row) for row in self._connection.execute(statement).mappings()]
        latest = max((row["at"] for row in found if row["undone_at"] is None), default="")
        return [{**row, "latest": row["at"] == latest} for row in found]

    def _trace(self, act: Row, undo: Undoable) -> tuple[str, str]:
        trace = self._rows.get("traces", act["id"])
        if trace is None:
            return "Cette action n’est pas (ou pas encore) dans les dossiers de ce poste.", ""
        if trace["undone_at"] is not None:
            return self._undone(trace), ""
        if trace["before"] is None:
            return TOO_OLD, ""
        found = units(trace)
        if not found and not (undo.by_server and act["verdict"] is None):
            return "Cette action n’a rien changé.", ""
        told = [unit for unit in found if unit.table != "traces"]
        ready = [unit for unit in told if standing(self._rows, unit) is Standing.AS_LEFT]
        if told and not ready:
            return self._gone(told), ""
        return "", self._consequence(ready, moved=sum(self._moved(unit) for unit in told))

    def _undone(self, trace: Row) -> str:
        day = f"{local_date(trace['undone_at'], self._names.zone):%d-%m-%Y}"
        word = "rétabli" if trace["undoes"] else "annulé"
        return f"Déjà {word} le {day} par {trace['undone_by']}."

    def _moved(self, unit: Unit) -> bool:
        return standing(self._rows, unit) is Standing.MOVED

    def _gone(self, found: list[Unit]) -> str:
        moved = [FIELD_WORDS.get(unit.field, unit.field) for unit in found if self._moved(unit)]
        if not moved:
            return "Ce que cette action avait changé a déjà repris sa valeur d’avant."
        what = ", ".join(dict.fromkeys(moved))
        return f"Ce que cette action avait changé a été modifié depuis ({what})\u00a0: il n’y a plus rien à annuler."

    def _consequence(self, ready: list[Unit], *, moved: int) -> str:
        sentences = [self._values(ready)]
        if not ready or any(unit.lead == "expires_at" for unit in ready):
            sentences.append(DATES_BACK)
        sentences += sorted({self._doors(unit) for unit in ready})
        if any(unit.table == "reviews" for unit in ready):
            sentences.append("Ce qui avait quitté «\u00a0À revoir\u00a0» y revient.")
        if any(unit.table == "requests" for unit in ready):
            sentences.append("La demande est de nouveau à traiter\u00a0; ce qui a été envoyé à la famille le reste.")
        if moved:
            many = (
                "Une donnée modifiée depuis ne bouge pas"
                if moved == 1
                else f"{moved}\u00a0données modifiées depuis ne bougent pas"
            )
            sentences.append(f"{many}.")
        return " ".join(sentence for sentence in sentences if sentence)

    def _values(self, ready: list[Unit]) -> str:
        """« Téléphone portable : 07 … → 06 …. », « Remise de la feuille : 23 fiches. »."""
        told = [unit for unit in ready if unit.table in ("guardians", "pupils", "schools", "responsibilities")]
        shown = [self._value(unit) for unit in told if unit.lead != "protection"][:MOST_CHANGES]
        if len(told) > len(shown) == MOST_CHANGES:
            shown.append(f"et {len(told) - MOST_CHANGES}\u00a0de plus")
        ticked = [unit for unit in ready if unit.lead == "handed_on"]
        if ticked:
            days = {
                value_words(unit.before["handed_on"]) if unit.before["handed_on"] else "pas remise" for unit in ticked
            }
            shown.append(
                f"{len(ticked)}\u00a0feuille{'s' * (len(ticked) > 1)} de nouveau\u00a0: {' ou '.join(sorted(days))}"
            )
        return ", ".join(shown) + "." if shown else ""

    def _value(self, unit: Unit) -> str:
        row = row_of(self._rows, unit) or {}
        there, back = read(row, unit.lead), unit.before[unit.lead]
        if unit.lead.startswith("corrections."):
            there, back = (_counting(row, unit, value) for value in (there, back))
        label = FIELD_WORDS.get(unit.field, unit.field)
        return f"{label}\u00a0: {value_words(there, unit.field)} → {value_words(back, unit.field)}"

    def _doors(self, unit: Unit) -> str:
        """What becomes of open doors, where undoing moves a right."""
        if unit.lead == "access":
            now, then = Access(unit.after["access"]), Access(unit.before["access"])
            return GIVEN_BACK if then is Access.FULL else TAKEN_AWAY if now is Access.FULL else ""
        if unit.lead == "protection":
            now, then = (essence(self._rows, "protection", side["protection"]) for side in (unit.after, unit.before))
            fewer = then is not None and (now is None or now - then)
            return TAKEN_AWAY if fewer else GIVEN_BACK
        return ""


def _counting(row: Row, unit: Unit, entry: Any) -> Any:
    """The value that counts with a correction, or without."""
    return entry["value"] if entry else row.get(unit.field)


def offer(desk: Desk, *, school_id: str, act_id: str) -> Offer:
    """Whether one act can be undone now. Raises NotFound."""
    with desk.vault.read() as connection:
        found = _act(connection, school_id, act_id)
        if found is None:
            raise NotFound("act_unknown", "Cette action n’est pas au journal de l’école.")
        return _offers(connection, desk, school_id).of(found)


def latest(desk: Desk, *, school_id: str) -> Offer | None:
    """The last act that this PC did, whatever can be done about it; None before the first."""
    with desk.vault.read() as connection:
        found = next(iter(_own_acts(connection, school_id, 1)), None)
        return _offers(connection, desk, school_id).of(found) if found else None


def last_undoable(desk: Desk, *, school_id: str) -> Offer | None:
    """The last act of this PC that can be undone now; undoings are passed over, so that one goes further back."""
    with desk.vault.read() as connection:
        offers = _offers(connection, desk, school_id)
        found = (offers.of(act) for act in _own_acts(connection, school_id, LOOK_BACK) if act["kind"] != UNDO)
        return next((one for one in found if one.possible), None)


def offers_since(desk: Desk, *, school_id: str, kind: str, since: str) -> tuple[Offer, ...]:
    """The acts of a kind, anybody's, since a stored instant, that can be undone now; the latest first."""
    with desk.vault.read() as connection:
        waiting = pending(connection, school_id, pending_acts.c.kind == kind, pending_acts.c.client_time >= since)
        told = judged(connection, school_id, acts_table.c.kind == kind, acts_table.c.received_at >= since)
        told.sort(key=lambda act: str(act["received_at"]), reverse=True)
        found = (*waiting, *told)
        offers = _offers(connection, desk, school_id) if found else None
        return tuple(one for act in found if offers is not None and (one := offers.of(act)).possible)


def act_named(desk: Desk, *, school_id: str, text: str) -> str:
    """The id of the act whose number ends so. Raises NotFound where there is none, Refused where there are several."""
    wanted = text.strip().lower()
    with desk.vault.read() as connection:
        found = _ending(connection, school_id, wanted) if wanted else set()
    if len(found) > 1:
        raise Refused("several_acts", f"Plusieurs actions du journal portent un numéro qui finit par {text}.")
    if not found:
        raise NotFound("act_unknown", f"Aucune action du journal n’a le numéro {text}.")
    return found.pop()


def _ending(connection: Connection, school_id: str, text: str) -> set[str]:
    columns = ((acts_table.c.id, acts_table.c.school_id), (pending_acts.c.act_id, pending_acts.c.school_id))
    return {
        found
        for one, school in columns
        for found in connection.execute(
            select(one).where(school == school_id, one.endswith(text, autoescape=True))
        ).scalars()
    }


def undo(desk: Desk, *, school_id: str, act_id: str) -> SubmittedAct:
    """Undo one act. Raises NotFound, and Refused with the reason where it cannot be undone."""
    wanted = offer(desk, school_id=school_id, act_id=act_id)
    if not wanted.possible:
        raise Refused("cannot_undo", f"{wanted.label}\u00a0: ce n’est pas possible. {wanted.blocked}")
    own = KINDS[wanted.kind].undo
    if isinstance(own, OwnUndo):
        with desk.vault.read() as connection:
            act = _act(connection, school_id, act_id) or {}
        fields = UndoImportFields(import_id=act["fields"]["import_id"])
        return submit(desk, school_id=school_id, kind=own.kind, fields=fields)
    undoing = UndoFields(act_id=act_id, kind=wanted.kind, again=wanted.again)
    return submit(desk, school_id=school_id, kind=UNDO, fields=undoing)


def _offers(connection: Connection, desk: Desk, school_id: str) -> Offers:
    rows = SchoolRows(connection, school_id)
    school = rows.need("schools", school_id)
    names = Names(
        rows, school["timezone"] or "Europe/Paris", few=True, acts=lambda act_id: _act(connection, school_id, act_id)
    )
    return Offers(connection, rows, names)


def _act(connection: Connection, school_id: str, act_id: str) -> Row | None:
    waiting = pending(connection, school_id, pending_acts.c.act_id == act_id)
    return next(iter(waiting or judged(connection, school_id, acts_table.c.id == act_id)), None)


def _own_acts(connection: Connection, school_id: str, count: int) -> Iterable[Row]:
    """The last acts of this PC, the latest first."""
    waiting = pending(connection, school_id, pending_acts.c.repushed.is_(None), latest=count)
    yield from waiting
    own = connection.execute(select(links.c.device_id).where(links.c.school_id == school_id)).scalar()
    if own is not None and len(waiting) < count:
        yield from judged(connection, school_id, acts_table.c.device_id == own, latest=count - len(waiting))
