"""Grouping two records of one guardian in one school: everything that changes is shown first, and can be taken back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.models.acts_duplicates import GroupRecordsFields
from app.models.contacts import show_phone
from app.models.corrections import effective
from app.models.errors import PreauError, Refused
from app.models.names import surname_key
from app.models.states import Access, AccountState
from app.models.tables import Row
from app.services.accounts import listed_name
from app.services.desk import Desk
from app.services.duplicates.search import Pair
from app.services.duplicates.words import PHONES
from app.services.onde.plan import FIELD_LABELS
from app.services.records.apply_duplicates import check_grouping
from app.services.records.grouped import stricter_link
from app.services.records.journal import SubmittedAct, submit
from app.services.records.rows import SchoolRows

FIELDS = (
    "civility", "last_name", "usage_name", "first_name", "email", "mobile", "phone_home", "phone_work", "address",
    "postal_code", "town", "country",
)  # fmt: skip
TWO_SCHOOLS = (
    "Ces deux fiches sont dans deux écoles\u00a0: aucune direction ne décide pour l’autre. Le parent réunit ses comptes "
    "lui-même, depuis «\u00a0Mon compte\u00a0», «\u00a0Ajouter des enfants depuis un autre compte\u00a0»."
)
NO_LOGIN = "pas encore d’identifiant"
_STATES = (AccountState.ACTIVE, AccountState.ACTIVATING, AccountState.NOTIFIED, AccountState.NOT_NOTIFIED)
"""Which account stands: the one in use, else the one whose log-in is on paper."""


@dataclass(frozen=True, slots=True)
class FieldChoice:
    """One field of both records; empty texts are what a record does not say. ``takes_other``: what is proposed."""

    name: str
    label: str
    kept: str
    other: str
    takes_other: bool

    @property
    def differs(self) -> bool:
        """Whether there is anything to choose."""
        return self.kept != self.other


@dataclass(frozen=True, slots=True)
class MergePreview:
    """What grouping would do. ``blocked`` says why it cannot be done and what to do instead, else empty."""

    school_id: str
    kept_id: str
    gone_id: str
    kept_name: str
    gone_name: str
    fields: tuple[FieldChoice, ...]
    children: tuple[str, ...]
    """Every child of the account that stands, with what may be seen of her."""
    consequences: tuple[str, ...]
    blocked: str

    @property
    def question(self) -> str:
        """What the person is asked to confirm."""
        return f"Regrouper les deux fiches de {self.kept_name}\u202f? {' '.join(self.consequences)}"

    @property
    def proposed(self) -> frozenset[str]:
        """The fields that are taken from the other record unless the director chooses otherwise."""
        return frozenset(choice.name for choice in self.fields if choice.takes_other)


def preview_merge(desk: Desk, *, pair: Pair) -> MergePreview:
    """Everything that grouping a pair changes. Raises NotFound, Refused for a pair of two schools."""
    if not pair.in_one_school:
        raise Refused("two_schools", TWO_SCHOOLS)
    school_id = pair.one.school_id
    with desk.vault.read() as connection:
        rows = SchoolRows(connection, school_id)
        kept, gone = sorted((rows.need("guardians", row_id) for row_id in pair.key), key=lambda row: _rank(rows, row))
        return MergePreview(
            school_id=school_id, kept_id=kept["id"], gone_id=gone["id"], kept_name=listed_name(kept),
            gone_name=listed_name(gone), fields=tuple(_choice(name, kept, gone) for name in FIELDS),
            children=tuple(_children(rows, kept, gone)), consequences=_consequences(rows, kept, gone),
            blocked=_blocked(rows, kept, gone),
        )  # fmt: skip


def merge(desk: Desk, *, preview: MergePreview, take: Iterable[str] | None = None) -> SubmittedAct:
    """Group as the preview says; ``take`` names the fields taken from the other record, those proposed if None.

    Raises Refused where it is blocked, or where something moved since the preview.
    """
    wanted = preview.proposed if take is None else frozenset(take)
    changes = {
        choice.name: (choice.kept or None, choice.other or None)
        for choice in preview.fields
        if choice.name in wanted and choice.differs
    }
    fields = GroupRecordsFields(guardian_id=preview.kept_id, other_id=preview.gone_id, changes=changes)
    return submit(desk, school_id=preview.school_id, kind="doublon.regrouper", fields=fields)


def _rank(rows: SchoolRows, guardian: Row) -> tuple[int, str, str]:
    account = _account(rows, guardian)
    state = AccountState(account["state"]) if account else AccountState.NOT_NOTIFIED
    return _STATES.index(state), (account or {}).get("notified_on") or "9999", guardian["id"]


def _account(rows: SchoolRows, guardian: Row) -> Row | None:
    return next(iter(rows.where("accounts", guardian_id=guardian["id"])), None)


def _choice(name: str, kept: Row, gone: Row) -> FieldChoice:
    """What is missing is proposed, but no nom d’usage that is the nom de famille again."""
    mine, theirs = effective(kept, name) or "", effective(gone, name) or ""
    if show_phone(mine) == show_phone(theirs) and name in PHONES:
        theirs = mine  # one number, written in two ways
    again = name == "usage_name" and surname_key(theirs) == surname_key(effective(kept, "last_name"))
    return FieldChoice(name, FIELD_LABELS[name], mine, theirs, takes_other=bool(theirs) and not mine and not again)


def _children(rows: SchoolRows, kept: Row, gone: Row) -> list[str]:
    found: dict[str, Row] = {}
    for guardian in (kept, gone):
        for link in rows.where("responsibilities", guardian_id=guardian["id"]):
            if link["ended_on"] is None:
                known = found.get(link["pupil_id"])
                found[link["pupil_id"]] = link if known is None else stricter_link(known, link)
    return sorted(_child(rows.need("pupils", pupil_id), Access(link["access"])) for pupil_id, link in found.items())


def _child(pupil: Row, access: Access) -> str:
    return listed_name(pupil) + ("" if access is Access.FULL else f" ({access.label.lower()})")


def _consequences(rows: SchoolRows, kept: Row, gone: Row) -> tuple[str, ...]:
    mine, theirs = _account(rows, kept) or {}, _account(rows, gone) or {}
    stands, ends = mine.get("login") or NO_LOGIN, theirs.get("login") or NO_LOGIN
    told = [
        f"Le compte qui reste\u00a0: {stands}. L’identifiant {ends} n’ouvrira plus rien et ne sera donné à personne."
    ]
    if theirs.get("state") == AccountState.NOTIFIED:
        told.append("La feuille déjà donnée pour lui ne servira plus\u00a0: prévenez le parent.")
    told.append(
        "Les élèves qu’il reçoit s’ouvrent au parent une fois leur date de naissance confirmée\u202f; un accès retiré ou une "
        "situation protégée le reste. Les deux fiches restent comme dans ONDE, et tout peut être annulé pendant 30\u00a0jours."
    )
    return tuple(told)


def _blocked(rows: SchoolRows, kept: Row, gone: Row) -> str:
    try:
        check_grouping(rows, kept, gone)
    except PreauError as error:
        return error.sentence
    return ""
