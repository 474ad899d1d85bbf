"""Who may see what: read for a screen, decided by a director (DESIGN, « Who may see »)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select

from app.models.acts_rights import MAX_REASON, AccessFields, ProtectFields, WishFields
from app.models.clock import local_date
from app.models.corrections import effective
from app.models.errors import NotFound, Refused
from app.models.names import fold
from app.models.states import Access, Wish
from app.models.tables import Row, accounts
from app.services.accounts import listed_name
from app.services.desk import Desk
from app.services.records.grouped import links_of, standing_account
from app.services.records.journal import SubmittedAct, submit
from app.services.records.protection import hides, knowing
from app.services.records.rows import SchoolRows

NO_REASON = "Décision de la direction"


@dataclass(frozen=True, slots=True)
class Knower:
    """One guardian of a protected pupil, and whether he may know where she is."""

    guardian_id: str
    name: str
    knows: bool


@dataclass(frozen=True, slots=True)
class ChildRights:
    """What a guardian may see of one child. ``since`` is a day; ``words`` are ready to be shown, empty for the usual."""

    pupil_id: str
    responsibility_id: str
    name: str
    access: Access
    reason: str | None
    since: str | None
    protected: bool
    hidden: bool
    """Whether this guardian must not learn where the child is."""
    guardians: tuple[Knower, ...]
    words: str
    limited: bool = False
    """Whether the child's record is only kept."""


@dataclass(frozen=True, slots=True)
class AccountRights:
    """The guardian of an account: what he wished, and his rights, child by child, by name."""

    guardian_id: str
    name: str
    wish: Wish | None
    children: tuple[ChildRights, ...]
    language: str = "fr"
    """The family's language beside French."""
    prefers_paper: bool = False
    """What he said on the portal himself."""
    limited: bool = False
    """Whether his record is only kept."""


def rights_of(desk: Desk, *, school_id: str, account_id: str) -> AccountRights:
    """The rights of an account's guardian. Raises NotFound."""
    with desk.vault.read() as connection:
        rows = SchoolRows(connection, school_id)
        return read_rights(rows, standing_account(rows, rows.need("accounts", account_id)))


def read_rights(rows: SchoolRows, account: Row) -> AccountRights:
    """Like ``rights_of``, on rows already being read."""
    guardian = rows.need("guardians", account["guardian_id"])
    links = [link for link in links_of(rows, account) if link["ended_on"] is None]
    found = [_child(rows, link, pupil) for link in links if (pupil := rows.get("pupils", link["pupil_id"]))]
    return AccountRights(
        guardian_id=guardian["id"],
        name=listed_name(guardian),
        wish=Wish(guardian["wish"]) if guardian["wish"] else None,
        children=tuple(sorted(found, key=lambda child: fold(child.name))),
        language=effective(guardian, "language") or "fr",
        prefers_paper=bool(account["prefers_paper"]),
        limited=guardian["limited"] is not None,
    )


def _child(rows: SchoolRows, link: Row, pupil: Row) -> ChildRights:
    access, knows = Access(link["access"]), knowing(rows, pupil)
    hidden = hides(rows, pupil, link["guardian_id"])
    return ChildRights(
        pupil_id=pupil["id"],
        responsibility_id=link["id"],
        name=listed_name(pupil),
        access=access,
        reason=link["access_reason"],
        since=link["access_since"],
        protected=knows is not None,
        hidden=hidden,
        guardians=tuple(_knowers(rows, pupil, knows)),
        words=_words(link, access, protected=knows is not None, hidden=hidden),
        limited=pupil["limited"] is not None,
    )


def _knowers(rows: SchoolRows, pupil: Row, knows: frozenset[str] | None) -> list[Knower]:
    links = [link for link in rows.where("responsibilities", pupil_id=pupil["id"]) if link["ended_on"] is None]
    found = [row for link in links if (row := rows.get("guardians", link["guardian_id"]))]
    everybody = [Knower(row["id"], listed_name(row), knows is None or row["id"] in knows) for row in found]
    return sorted(everybody, key=lambda one: fold(one.name))


def _words(link: Row, access: Access, *, protected: bool, hidden: bool) -> str:
    parts = []
    if access is not Access.FULL:
        since = f" depuis le {'-'.join(reversed(link['access_since'].split('-')))}" if link["access_since"] else ""
        reason = f"\u00a0: {link['access_reason']}" if link["access_reason"] else ""
        parts.append(f"{access.label}{since}{reason}")
    if protected:
        parts.append("Situation protégée" + (", école et classe masquées pour ce responsable" if hidden else ""))
    return " · ".join(parts)


def set_access(
    desk: Desk, *, school_id: str, guardian_id: str, pupil_id: str, access: Access, reason: str | None = None
) -> SubmittedAct | None:
    """Decide what a guardian may see of a child; None where it is so already.

    Raises NotFound where they are not tied here, Refused for a reason that is too long.
    """
    said = _reason(reason) if access is not Access.FULL else None
    with desk.vault.read() as connection:
        rows = SchoolRows(connection, school_id)
        found = [
            link for account in rows.where("accounts", guardian_id=guardian_id) for link in links_of(rows, account)
        ]
        link = next((row for row in found if row["pupil_id"] == pupil_id and row["ended_on"] is None), None)
        today = _today(desk, rows)
    if link is None:
        raise NotFound("not_tied", "Ce responsable n’est pas rattaché à cet élève.")
    seen = Access(link["access"])
    if seen is access and (link["access_reason"] == said or not reason):
        return None
    fields = AccessFields(responsibility_id=link["id"], seen=seen, access=access, reason=said, since=today)
    return submit(desk, school_id=school_id, kind="acces.regler", fields=fields)


def _reason(text: str | None) -> str:
    said = " ".join((text or "").split()) or NO_REASON
    if len(said) > MAX_REASON:
        raise Refused("reason_too_long", f"Le motif ne peut pas dépasser {MAX_REASON} caractères.")
    return said


def protect(desk: Desk, *, school_id: str, pupil_id: str, knows: Iterable[str] | None) -> SubmittedAct | None:
    """« Situation protégée »: hidden from every guardian but those of ``knows``; None ends it. Raises NotFound."""
    wanted = None if knows is None else tuple(sorted(set(knows)))
    with desk.vault.read() as connection:
        rows = SchoolRows(connection, school_id)
        found = knowing(rows, rows.need("pupils", pupil_id))
        today = _today(desk, rows)
    seen = None if found is None else tuple(sorted(found))
    if seen == wanted:
        return None
    fields = ProtectFields(pupil_id=pupil_id, seen=seen, knows=wanted, since=today)
    return submit(desk, school_id=school_id, kind="eleve.proteger", fields=fields)


def set_wish(desk: Desk, *, school_id: str, guardian_id: str, wish: Wish | None) -> SubmittedAct | None:
    """What a guardian told the director; None where it is so already. Raises NotFound."""
    with desk.vault.read() as connection:
        guardian = SchoolRows(connection, school_id).need("guardians", guardian_id)
    seen = Wish(guardian["wish"]) if guardian["wish"] else None
    if seen is wish:
        return None
    fields = WishFields(guardian_id=guardian["id"], seen=seen, wish=wish)
    return submit(desk, school_id=school_id, kind="responsable.souhait", fields=fields)


def account_by_login(desk: Desk, *, school_id: str, login: str) -> str:
    """The id of the account of that log-in, however typed. Raises NotFound."""
    wanted = login.strip().casefold()
    statement = select(accounts.c.id).where(accounts.c.school_id == school_id, accounts.c.login == wanted)
    statement = statement.order_by(accounts.c.merged_into.is_not(None))  # the one that stands, where two were grouped
    with desk.vault.read() as connection:
        found: str | None = connection.execute(statement).scalar()
    if found is None:
        raise NotFound("login_unknown", f"Aucun compte de cette école n’a l’identifiant «\u00a0{login}\u00a0».")
    return found


def child_named(rights: AccountRights, name: str) -> ChildRights:
    """The one child of a guardian whose name holds these words. Raises NotFound, Refused where several do."""
    wanted = fold(name).split()
    found = [child for child in rights.children if wanted and set(wanted) <= set(fold(child.name).split())]
    if len(found) == 1:
        return found[0]
    known = ", ".join(child.name for child in rights.children) or "aucun élève"
    if found:
        raise Refused("several_pupils", f"Plusieurs élèves répondent à ce nom\u00a0: {known}.")
    raise NotFound("pupil_unknown", f"{rights.name} ne suit pas d’élève de ce nom\u00a0: {known}.")


def consequence(rights: AccountRights, child: ChildRights, access: Access) -> str:
    """What the person is asked to confirm."""
    if access is Access.FULL:
        return f"Rendre à {rights.name} l’accès en ligne complet pour {child.name}\u202f?"
    paper = " L’école lui remet les bilans sur papier." if access is Access.PAPER else ""
    return (
        f"Fermer à {rights.name} l’accès en ligne pour {child.name}\u202f? Dès que le serveur le sait, ses connexions, "
        f"ses liens et ses courriels en attente prennent fin, et aucun import ne rouvre cet accès.{paper}"
    )


def _today(desk: Desk, rows: SchoolRows) -> str:
    school = rows.need("schools", rows.school_id)
    return local_date(desk.now(), school["timezone"] or "Europe/Paris").isoformat()
