"""The closed lists of the field: account states and origins, accesses, roles, deliveries, letters."""

from __future__ import annotations

from enum import StrEnum


class AccountState(StrEnum):
    """Arena's four states; the order is the order of the life cycle."""

    NOT_NOTIFIED = "not_notified"
    NOTIFIED = "notified"
    ACTIVATING = "activating"
    ACTIVE = "active"

    @property
    def label(self) -> str:
        return _STATE_LABELS[self]


_STATE_LABELS = {
    AccountState.NOT_NOTIFIED: "Non notifié",
    AccountState.NOTIFIED: "Notifié et non activé",
    AccountState.ACTIVATING: "En cours d’activation",
    AccountState.ACTIVE: "Activé",
}


class AccountOrigin(StrEnum):
    """Who made the account what it is; SCHOOL reads « Établissement » (Arena forgets the accent)."""

    SCHOOL = "school"
    GUARDIAN = "guardian"
    FRANCECONNECT = "franceconnect"
    ENT = "ent"
    ATEN = "aten"
    UNKNOWN = "unknown"

    @property
    def label(self) -> str:
        return _ORIGIN_LABELS[self]


_ORIGIN_LABELS = {
    AccountOrigin.SCHOOL: "Établissement",
    AccountOrigin.GUARDIAN: "Responsable",
    AccountOrigin.FRANCECONNECT: "FranceConnect",
    AccountOrigin.ENT: "ENT",
    AccountOrigin.ATEN: "ATEN",
    AccountOrigin.UNKNOWN: "Non renseigné",
}


class Way(StrEnum):
    """How a parent comes in."""

    PASSWORD = "password"  # noqa: S105 - a word, no secret
    SHEET = "sheet"
    LINK = "link"
    CODE = "code"
    FRANCECONNECT = "franceconnect"
    ENT = "ent"


class ReceiptKind(StrEnum):
    """What a guardian did with a report. OPENED and DOWNLOADED only where the school turns them on."""

    READ = "read"
    OPENED = "opened"
    DOWNLOADED = "downloaded"


class Mail(StrEnum):
    """The choices of « Adresse mail »: Arena's three, and what became of the latest mail, FAILING being two of them."""

    ALL = "all"
    WITH = "with"
    WITHOUT = "without"
    FAILING = "failing"
    QUEUED = "queued"
    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    BOUNCED = "bounced"
    FAILED = "failed"
    UNCERTAIN = "uncertain"


class ReportState(StrEnum):
    """How far a document is on its way to families."""

    UNLOCKED = "unlocked"
    LOCKED = "locked"
    SCHEDULED = "scheduled"
    PUBLISHED = "published"

    @property
    def label(self) -> str:
        return _REPORT_LABELS[self]


_REPORT_LABELS = {
    ReportState.UNLOCKED: "À verrouiller", ReportState.LOCKED: "Verrouillé", ReportState.SCHEDULED: "Publication prévue",
    ReportState.PUBLISHED: "Publié",
}  # fmt: skip


class Access(StrEnum):
    """What a guardian may see of one child (DESIGN, « Who may see »)."""

    FULL = "full"
    PAPER = "paper"
    NONE = "none"

    @property
    def label(self) -> str:
        return _ACCESS_LABELS[self]

    def stricter(self, other: Access) -> Access:
        """The one of the two that shows less."""
        order = list(Access)
        return max(self, other, key=order.index)


_ACCESS_LABELS = {
    Access.FULL: "Accès complet",
    Access.PAPER: "Papier seulement",
    Access.NONE: "Aucun accès",
}


class Wish(StrEnum):
    """What a guardian told the director: left out of notifications and of rates."""

    PAPER = "paper"
    NO_ACCOUNT = "no_account"

    @property
    def label(self) -> str:
        return "Préfère le papier" if self is Wish.PAPER else "Ne souhaite pas de compte"


class Role(StrEnum):
    """What a device's person may do in a school."""

    DIRECTOR = "director"
    DEPUTY = "deputy"
    SUPPORT = "support"

    @property
    def label(self) -> str:
        return _ROLE_LABELS[self]


_ROLE_LABELS = {Role.DIRECTOR: "direction", Role.DEPUTY: "adjoint", Role.SUPPORT: "assistance"}


class Verdict(StrEnum):
    """The server's word on one act (sync.md, protocol 4)."""

    ACCEPTED = "accepted"
    CONFLICT = "conflict"
    REFUSED = "refused"
    STORED = "stored"


class SheetStatus(StrEnum):
    """The life of a printed sheet, as the server knows it."""

    PRINTED = "printed"
    """Made on a PC; the server does not know it yet: not to be handed out."""
    KNOWN = "known"
    USED = "used"
    REPLACED = "replaced"
    DO_NOT_HAND_OUT = "do_not_hand_out"
    """The account was activated meanwhile; the secret was never installed."""
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    """Ended by the school: the access was closed, or the PC that could read the password was stolen."""


class Letter(StrEnum):
    """Arena's letter codes; the wording is ours."""

    C01 = "C01"
    C02 = "C02"
    C03 = "C03"
    C04 = "C04"
    C05 = "C05"
    C06 = "C06"
    C07 = "C07"


def sheet_letter(state: AccountState, *, reset: bool, chosen: bool = True) -> Letter:
    """Which letter a sheet carries (Arena guide, table of letters: C01 until activation begins, then C03 or C05).

    ``chosen``: the password in use is the guardian's own. One that a reset made, and that has not served, is told (C05).
    """
    if state in (AccountState.NOT_NOTIFIED, AccountState.NOTIFIED):
        return Letter.C01
    return Letter.C05 if reset or not chosen else Letter.C03
