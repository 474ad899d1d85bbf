"""What parents ask of the school: read for a screen with the diagnosis beside it, and answered (identity.md, help form)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from app.models.acts_requests import LIVING, Answer, RequestKind, RequestStatus, Right
from app.models.clock import local_date, parse_instant
from app.models.contacts import show_phone
from app.models.corrections import effective
from app.models.deliveries import mail_address, mail_letter
from app.models.names import fold
from app.models.states import AccountState, Letter
from app.models.tables import Row
from app.services.account_card import moment_words
from app.services.accounts import listed_name
from app.services.desk import Desk
from app.services.diagnosis.diagnose import why_not_in
from app.services.diagnosis.facts import SchoolFacts
from app.services.journal_words import ANSWER_WORDS
from app.services.languages import source as _
from app.services.onde.dates import shown_date
from app.services.onde.plan import FIELD_LABELS
from app.services.records.named import guardians_of, pupils_named, surnames
from app.services.records.rows import SchoolRows

KIND_WORDS = {
    RequestKind.HELP: "Demande d’aide",
    RequestKind.CORRECTION: "Correction proposée",
    RequestKind.NOT_GUARDIAN: "«\u00a0Pas le représentant légal\u00a0»",
    RequestKind.MERGE: "Comptes regroupés",
    RequestKind.RIGHT: "Droit sur ses données",
}
RIGHT_WORDS: dict[str, str] = {
    Right.ERASE: "Demande que ses données soient effacées", Right.LIMIT: "Demande que le traitement soit limité",
    Right.OBJECT: "S’oppose à ce qui est fait de ses données", Right.OTHER: "Demande autre chose sur ses données",
}  # fmt: skip
ANSWER_BY = (
    "À répondre dans le mois\u00a0: faites-le depuis sa fiche («\u00a0Effacer cette personne…\u00a0», «\u00a0Limiter le "
    "traitement…\u00a0»), puis répondez."
)
STATUS_WORDS = {
    RequestStatus.OPEN: "À traiter", RequestStatus.WAITING: "Nouveau contact en attente",
    RequestStatus.ANSWERED: "Traitée", RequestStatus.REFUSED: "Refusée", RequestStatus.UNDONE: "Annulée",
}  # fmt: skip
STEPS = {
    "login": _("se connecter avec l’identifiant et le mot de passe"),
    "sheet": _("entrer avec l’identifiant et le mot de passe de la feuille"),
    "sheet_over": _("utiliser le code carré de la feuille"),
    "link_over": _("utiliser le lien d’un courriel"),
    "birth_date": _("donner la date de naissance de l’enfant"),
    "mail": _("confirmer son adresse mail"),
    "create": _("créer son compte avec son portable"),
    "recovery": _("retrouver son identifiant ou son mot de passe"),
    "account": _("utiliser «\u00a0Mon compte\u00a0»"),
    "federation": _("se connecter avec FranceConnect ou l’ENT"),
    "other": _("autre chose"),
}
"""The step that failed, as the portal knows it."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A guardian who may be the one who asks."""

    guardian_id: str
    account_id: str | None
    name: str
    children: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """A value that a parent proposes beside the one that counts here. Dates are ``JJ-MM-AAAA``, empty texts ``""``."""

    field: str
    label: str
    present: str
    proposed: str


@dataclass(frozen=True, slots=True)
class RequestView:
    """One request, every text ready to be shown. ``at`` is a stored instant; ``who`` as typed, ``guardian`` as recorded."""

    request_id: str
    kind: RequestKind
    status: RequestStatus
    at: str
    moment: str
    age: str
    reference: str
    who: str
    guardian: str
    account_id: str | None
    guardian_id: str | None
    pupil_id: str | None
    child: str
    step: str
    contact: str
    words: str
    why: tuple[str, ...]
    """What stands between this guardian and the account."""
    known_address: str
    """Where a link would go; empty where the school has no address."""
    proposal: Proposal | None
    candidates: tuple[Candidate, ...]
    answers: tuple[Answer, ...]
    """What can be done now, the most probable first."""
    answer: str
    """What was answered, or what is waited for."""

    @property
    def title(self) -> str:
        return KIND_WORDS[self.kind]

    @property
    def status_words(self) -> str:
        return STATUS_WORDS[self.status]


def list_requests(
    desk: Desk, *, school_id: str, kinds: Iterable[RequestKind] = (), statuses: Iterable[RequestStatus] = (),
) -> tuple[RequestView, ...]:  # fmt: skip
    """The requests of these kinds and statuses (all where none is named), those that wait first, the oldest first."""
    wanted, standing = frozenset(kinds), frozenset(statuses)
    with desk.vault.read() as connection:
        rows = SchoolRows(connection, school_id)
        found = [
            row
            for row in rows.all("requests")
            if (not wanted or row["kind"] in wanted) and (not standing or row["status"] in standing)
        ]
        reader = _Reader(rows, desk.now())
        return tuple(reader.view(row) for row in sorted(found, key=_order))


def one_request(desk: Desk, *, school_id: str, request_id: str) -> RequestView:
    """One request. Raises NotFound."""
    with desk.vault.read() as connection:
        rows = SchoolRows(connection, school_id)
        return _Reader(rows, desk.now()).view(rows.need("requests", request_id))


def every_guardian(desk: Desk, *, school_id: str) -> tuple[Candidate, ...]:
    """Everybody who may ask, by name."""
    with desk.vault.read() as connection:
        rows = SchoolRows(connection, school_id)
        rows.all("responsibilities")
        rows.all("pupils")
        reader = _Reader(rows, desk.now())
        found = [reader.candidate(row) for row in rows.all("guardians") if row["gone_on"] is None]
    return tuple(sorted(found, key=lambda one: fold(one.name)))


def open_counts(rows: SchoolRows) -> dict[RequestKind, int]:
    """How many requests of each kind wait for the school."""
    found = rows.where("requests", status=RequestStatus.OPEN.value)
    return {kind: sum(row["kind"] == kind for row in found) for kind in RequestKind}


def _order(row: Row) -> tuple[bool, Any, str]:
    waits = row["status"] in LIVING
    moment = parse_instant(row["at"]).timestamp()
    return not waits, moment if waits else -moment, str(row["id"])


class _Reader:
    """Reads requests of one school at one moment."""

    def __init__(self, rows: SchoolRows, now: str) -> None:
        self._rows, self._now = rows, now
        self._facts = SchoolFacts(rows, now, whole=False)
        self._zone = rows.need("schools", rows.school_id)["timezone"] or "Europe/Paris"

    def view(self, row: Row) -> RequestView:
        rows, detail = self._rows, row["detail"] or {}
        account = rows.get("accounts", row["account_id"]) if row["account_id"] else None
        guardian = rows.get("guardians", row["guardian_id"]) if row["guardian_id"] else None
        pupil = rows.get("pupils", row["pupil_id"]) if row["pupil_id"] else None
        kind, status = RequestKind(row["kind"]), RequestStatus(row["status"])
        address = _link_address(account, guardian)
        proposal = _proposal(detail, pupil or guardian) if kind is RequestKind.CORRECTION else None
        name = listed_name(guardian) if guardian else ""
        candidates = self._candidates(detail, guardian) if kind is RequestKind.HELP and status in LIVING else ()
        return RequestView(
            request_id=row["id"], kind=kind, status=status, at=row["at"], moment=moment_words(row["at"], self._zone),
            age=self._age(row["at"]), reference=row["reference"] or "", who=_typed(detail, "") or name, guardian=name,
            account_id=account["id"] if account else None, guardian_id=guardian["id"] if guardian else None,
            pupil_id=pupil["id"] if pupil else None, child=listed_name(pupil) if pupil else _typed(detail, "child_"),
            step=STEPS.get(detail.get("step", ""), ""), contact=_contact(detail), words=self._words(kind, detail),
            why=why_not_in(self._facts, account) if account else (), known_address=address or "",
            proposal=proposal, candidates=candidates, answer=self._answer(row),
            answers=_answers(kind, status, row, account, address, pupil, self._now),
        )  # fmt: skip

    def _age(self, at: str) -> str:
        days = (local_date(self._now, self._zone) - local_date(at, self._zone)).days
        return "aujourd’hui" if days <= 0 else "hier" if days == 1 else f"il y a {days}\u00a0jours"

    def _words(self, kind: RequestKind, detail: Row) -> str:
        if kind is RequestKind.MERGE:
            until = (
                f" À annuler avant le {local_date(detail['until'], self._zone):%d-%m-%Y}."
                if detail.get("until")
                else ""
            )
            return f"La famille a réuni le compte {detail.get('former', '')} avec {detail.get('login', '')}.{until}"
        if kind is RequestKind.NOT_GUARDIAN:
            return "Ce parent dit ne pas être le représentant légal de cet élève\u00a0: vérifiez, et corrigez ONDE."
        if kind is RequestKind.RIGHT:
            said = f"\u00a0: «\u00a0{detail['words']}\u00a0»" if detail.get("words") else ""
            return f"{RIGHT_WORDS.get(detail.get('right', ''), RIGHT_WORDS[Right.OTHER])}{said}. {ANSWER_BY}"
        return str(detail.get("words") or "")

    def _answer(self, row: Row) -> str:
        answer = row["answer"] or {}
        words = ANSWER_WORDS.get(answer.get("how", ""), "")
        if not words:
            return ""
        if row["status"] == RequestStatus.WAITING:
            return self._waiting(answer)
        if row["status"] == RequestStatus.OPEN:
            return "Le nouveau contact est enregistré\u00a0: envoyez le lien, ou dites à la famille de recommencer."
        said = f"\u00a0: «\u00a0{answer['said']}\u00a0»" if answer.get("said") else ""
        who = f", par {row['closed_by']}" if row["closed_by"] else ""
        when = f" le {moment_words(row['closed_at'], self._zone)}" if row["closed_at"] else ""
        return f"{words[0].upper()}{words[1:]}{when}{who}{said}."

    def _waiting(self, answer: Row) -> str:
        contact = answer["contact"]
        value = show_phone(contact["value"]) if contact["field"] == "mobile" else contact["value"]
        checked = f"vérifié de vive voix le {shown_date(contact['verified_on'])} par {contact['verified_by']}"
        if not answer.get("until"):
            return f"{value}, {checked}\u00a0: comptera deux jours après la prochaine synchronisation."
        return f"{value}, {checked}\u00a0: comptera le {moment_words(answer['until'], self._zone)}."

    def _candidates(self, detail: Row, guardian: Row | None) -> tuple[Candidate, ...]:
        """Who it may be: the guardians of that child, then those of that surname."""
        rows = self._rows
        pupils = pupils_named(
            rows, last_name=detail.get("child_last_name", ""), first_name=detail.get("child_first_name", "")
        )
        near = {row["id"]: row for pupil in pupils for row in guardians_of(rows, pupil["id"])}
        typed = fold(detail.get("last_name", "")).replace(" ", "")
        for row in rows.all("guardians"):
            if row["gone_on"] is None and typed and typed in surnames(row):
                near.setdefault(row["id"], row)
        near.pop(guardian["id"] if guardian else "", None)
        return tuple(self.candidate(row) for row in near.values())

    def candidate(self, guardian: Row) -> Candidate:
        """A guardian with the first names of those he follows."""
        accounts = self._rows.where("accounts", guardian_id=guardian["id"])
        links = self._rows.where("responsibilities", guardian_id=guardian["id"])
        pupils = [self._rows.get("pupils", link["pupil_id"]) for link in links if link["ended_on"] is None]
        names = sorted(effective(pupil, "first_name") or "" for pupil in pupils if pupil and pupil["left_on"] is None)
        return Candidate(
            guardian["id"], accounts[0]["id"] if accounts else None, listed_name(guardian), ", ".join(names)
        )


def _typed(detail: Row, prefix: str) -> str:
    return f"{detail.get(prefix + 'last_name') or ''} {detail.get(prefix + 'first_name') or ''}".strip()


def _contact(detail: Row) -> str:
    parts = [show_phone(detail.get("mobile")), detail.get("email") or ""]
    return " · ".join(part for part in parts if part)


def _link_address(account: Row | None, guardian: Row | None) -> str | None:
    """Where a link would go: an address that the school, or the verified account, has already."""
    if account is None or guardian is None or not account["login"]:
        return None
    letter = mail_letter(AccountState(account["state"]), reset=account["state"] == AccountState.ACTIVE)
    return mail_address(account, guardian, Letter.C07 if account["state"] == AccountState.ACTIVATING else letter)


def _proposal(detail: Row, record: Row | None) -> Proposal | None:
    field = detail.get("field")
    if record is None or field not in FIELD_LABELS or field not in record:
        return None
    present, proposed = effective(record, field), detail.get("value")
    return Proposal(field, FIELD_LABELS[field], _shown(field, present), _shown(field, proposed))


def _shown(field: str, value: str | None) -> str:
    if field == "birth_date":
        return shown_date(value) or ""
    return show_phone(value) if field in ("mobile", "phone_home", "phone_work") else value or ""


def _answers(
    kind: RequestKind, status: RequestStatus, row: Row, account: Row | None, address: str | None, pupil: Row | None,
    now: str,
) -> tuple[Answer, ...]:  # fmt: skip
    if kind is RequestKind.MERGE:
        living = status is not RequestStatus.UNDONE and (row["detail"] or {}).get("until", "") > now
        return (Answer.UNDO_MERGE,) if living else ()
    if status not in LIVING:
        return ()
    if kind in (RequestKind.CORRECTION, RequestKind.RIGHT):
        return (Answer.ACCEPT, Answer.REFUSE)
    if kind is RequestKind.NOT_GUARDIAN:
        return (Answer.CLOSE_ACCESS, Answer.IN_ONDE, Answer.IS_GUARDIAN)
    if status is RequestStatus.WAITING:
        return (Answer.SHEET, Answer.SETTLED) if account else (Answer.SETTLED,)
    return tuple(_help_answers(row, account, address, pupil))


def _help_answers(row: Row, account: Row | None, address: str | None, pupil: Row | None) -> Iterable[Answer]:
    """The most probable first: where a date was refused, the child's record is looked at before anything is sent."""
    if account is None:
        return [Answer.MATCH, Answer.SETTLED, Answer.UNKNOWN]
    dated = account["block"] is not None or (row["detail"] or {}).get("step") == "birth_date"
    child = [Answer.CORRECT_CHILD] if pupil else []
    first = [*(child if dated else []), *([Answer.REOPEN] if account["block"] else [])]
    ready = [*([Answer.LINK] if address else []), *([Answer.SHEET] if account["login"] else [])]
    others = [Answer.CORRECT, *child, Answer.CONTACT, Answer.MATCH, Answer.SETTLED, Answer.UNKNOWN]
    return dict.fromkeys([*first, *ready, *others])
