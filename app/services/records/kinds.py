"""The registry of act kinds: payload, apply function, who may do it, what its undoing is. One function a kind, on both ends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from app.models.acts import (
    AccountsFields,
    ActFields,
    AdmitDeviceFields,
    CloseReviewFields,
    CorrectFields,
    CreateSchoolFields,
    EditSchoolFields,
    SchoolSettingFields,
)
from app.models.acts_duplicates import GroupRecordsFields, SetApartFields
from app.models.acts_erasure import EraseFields, LimitFields
from app.models.acts_import import ImportFields, UndoImportFields
from app.models.acts_lists import ListFields
from app.models.acts_mail import GoOnFields, NotifyByMailFields, ResendFields
from app.models.acts_notify import NotifyFields, ResetFields
from app.models.acts_onde import TickFields
from app.models.acts_people import HandoverFields, RevokeFields
from app.models.acts_reports import (
    ImportReportsFields,
    LockReportsFields,
    PublishReportsFields,
    RemindFields,
    RemoveReportsFields,
)
from app.models.acts_requests import (
    AnswerRequestFields,
    CloseRequestFields,
    DecideCorrectionFields,
    MatchRequestFields,
    UndoMergeFields,
)
from app.models.acts_rights import AccessFields, ProtectFields, WishFields
from app.models.acts_sheets import HandOverFields, ProlongFields
from app.models.acts_undo import UndoFields
from app.models.errors import Refused
from app.models.states import Role
from app.models.support import DecideProposalFields, EndGrantFields, GrantFields, ProposeFields, ReadFields
from app.services.records import (
    apply_accounts,
    apply_corrections,
    apply_duplicates,
    apply_erasure,
    apply_import,
    apply_limit,
    apply_lists,
    apply_mail,
    apply_notify,
    apply_onde,
    apply_people,
    apply_reports,
    apply_requests,
    apply_reset,
    apply_rights,
    apply_school,
    apply_sheets,
    apply_support,
    apply_undo,
    traces,
)
from app.services.records.act_content import without_erased
from app.services.records.erased import Erased
from app.services.records.rows import SchoolRows, Stamp

DIRECTORS = frozenset({Role.DIRECTOR})
STAFF = frozenset({Role.DIRECTOR, Role.DEPUTY})
OFFICERS = frozenset({Role.SUPPORT})


@dataclass(frozen=True, slots=True)
class Undoable:
    """``acte.annuler`` puts back what the act changed. ``by_server``: some of it only the server changes."""

    by_server: bool = False


@dataclass(frozen=True, slots=True)
class OwnUndo:
    """Another kind of act undoes this one."""

    kind: str


@dataclass(frozen=True, slots=True)
class Lasting:
    """The world does not allow it: why, and what to do instead."""

    reason: str


Undo = Undoable | OwnUndo | Lasting


@dataclass(frozen=True, slots=True)
class Kind:
    """How one kind of act is read, applied, allowed and undone."""

    name: str
    version: int
    fields: type[ActFields]
    apply: Callable[[Any, SchoolRows, Stamp], None]
    roles: frozenset[Role]
    undo: Undo

    def carry_out(self, fields: ActFields, rows: SchoolRows, stamp: Stamp) -> ActFields:
        """Apply an act and keep what its undoing will need; returns it as it was applied, without erased people.

        Raises Refused or NotFound.
        """
        mark = rows.mark()
        fields = self._without_erased(fields, rows)
        self.apply(fields, rows, stamp)
        self.keep_trace(fields, rows, stamp, mark=mark)
        return fields

    def _without_erased(self, fields: ActFields, rows: SchoolRows) -> ActFields:
        """An act that was done where an erasure was not known yet brings nothing back. Raises Refused ``person_erased``."""
        erased = Erased(rows)
        if not erased:
            return fields
        said = fields.model_dump(mode="json")
        kept = without_erased(self.name, said, erased)
        if not kept:  # nobody is left in it
            raise Refused("person_erased", ERASED)
        return fields if kept == said else self.fields.model_validate(kept)

    @property
    def undone_by_server(self) -> bool:
        """Whether some of what an undoing puts back is the server's own part of the act."""
        return isinstance(self.undo, Undoable) and self.undo.by_server

    def keep_trace(self, fields: ActFields, rows: SchoolRows, stamp: Stamp, *, mark: int) -> None:
        """Note what changed since ``mark``. Called again after the server's part, where it is to be undone too."""
        if isinstance(self.undo, Undoable):
            undone = fields if isinstance(fields, UndoFields) else None
            kind, undoes = (undone.kind, undone.act_id) if undone else (self.name, None)
            traces.keep(rows, stamp, kind=kind, mark=mark, undoes=undoes)

    def roles_for(self, fields: ActFields) -> frozenset[Role]:
        """Who may do this very act: an undoing is for those who may do what it undoes."""
        if isinstance(fields, UndoFields):
            return KINDS[fields.kind].roles if fields.kind in KINDS else frozenset()
        return self.roles


UNDOABLE = Undoable()
ERASED = "Cette personne a été effacée des dossiers de l’école, pour de bon\u00a0: rien n’a été changé."
_SHEETS_OUT = Lasting(
    "Les feuilles imprimées sont peut-être déjà chez les familles\u00a0: elles restent valables. Pour les rendre sans "
    "effet, réinitialisez les mots de passe de ces comptes."
)
_MAIL_OUT = Lasting("Un courriel part dès que le serveur en reçoit la demande\u00a0: il ne peut pas être repris.")
_PASSWORDS_OUT = Lasting(
    "Les anciens mots de passe n’ouvrent plus rien, et Préau ne les connaît pas\u00a0: remettez les nouveaux aux familles."
)
_FILE_OUT = Lasting(
    "Le fichier est écrit, avec les mots de passe\u00a0: supprimez-le là où il est, et réinitialisez les mots de passe si "
    "quelqu’un a pu le lire."
)
_REOPENED = Lasting(
    "L’accès a été rouvert et la famille a pu s’en servir\u00a0: pour le fermer, réglez le droit d’accès."
)
_REACTIVATE = Lasting(
    "Préau l’a noté de lui-même\u00a0: cela prend fin dès que la famille active de nouveau son compte."
)
_IMPORTED = Lasting("Importez de nouveau les mêmes fichiers\u00a0: Préau y retrouve les mêmes fiches.")
_BEGUN = Lasting(
    "L’école et ce qu’elle contient reposent sur cette action\u00a0: sa fiche se modifie dans «\u00a0Mon école\u00a0»."
)
_KEY_GIVEN = Lasting(
    "Ce poste a reçu la clé de l’école\u00a0: pour la lui retirer, révoquez-le dans «\u00a0Mon école\u00a0»."
)
_REVOKED = Lasting("Un poste révoqué ne revient pas\u00a0: inscrivez-le de nouveau, avec un nouveau code.")
_HANDED_ON = Lasting(
    "Le code de la nouvelle direction est peut-être déjà entre ses mains\u00a0: l’académie peut faire une autre passation."
)
_ERASED = Lasting(
    "Ce qui est effacé n’existe plus nulle part\u00a0: si la personne est encore dans ONDE, importez-la de nouveau."
)
_GRANTED = Lasting(
    "L’assistance a pu lire ce qui lui était ouvert\u00a0: pour fermer l’accès, «\u00a0Terminer\u00a0» sous "
    "«\u00a0Assistance\u00a0»."
)
_GRANT_ENDED = Lasting("L’accès est fermé\u00a0: pour le rouvrir, donnez-en un nouveau.")
_READ = Lasting("Ce que l’assistance a regardé reste noté.")
_PROPOSED = Lasting("C’est une proposition\u00a0: elle se refuse sous «\u00a0Demandes\u00a0».")
_PROPOSAL_DECIDED = Lasting("L’assistance a lu la réponse\u00a0: annulez plutôt l’action qui en est venue.")
_PARTED = Lasting(
    "Les comptes sont séparés\u00a0: la famille peut les regrouper de nouveau depuis «\u00a0Mon compte\u00a0»."
)

_ALL = (
    Kind("ecole.creer", 1, CreateSchoolFields, apply_school.create, DIRECTORS, _BEGUN),
    Kind("ecole.modifier", 1, EditSchoolFields, apply_school.edit, DIRECTORS, UNDOABLE),
    Kind("ecole.regler", 1, SchoolSettingFields, apply_school.set_option, DIRECTORS, UNDOABLE),
    Kind("import.appliquer", 1, ImportFields, apply_import.apply_import, DIRECTORS, OwnUndo("import.annuler")),
    Kind("import.annuler", 1, UndoImportFields, apply_import.undo_import, DIRECTORS, _IMPORTED),
    Kind("responsable.corriger", 1, CorrectFields, apply_corrections.correct_guardian, STAFF, UNDOABLE),
    Kind("eleve.corriger", 1, CorrectFields, apply_corrections.correct_pupil, STAFF, UNDOABLE),
    Kind("onde.cocher", 1, TickFields, apply_onde.tick, STAFF, UNDOABLE),
    Kind("compte.notifier", 1, NotifyFields, apply_notify.apply_notify, STAFF, _SHEETS_OUT),
    Kind("compte.notifier_mail", 1, NotifyByMailFields, apply_mail.notify_by_mail, STAFF, _MAIL_OUT),
    Kind("compte.renvoyer", 1, ResendFields, apply_mail.resend, STAFF, _MAIL_OUT),
    Kind("courriel.reprendre", 1, GoOnFields, apply_mail.go_on, STAFF, _MAIL_OUT),
    Kind("compte.reinitialiser", 1, ResetFields, apply_reset.apply_reset, STAFF, _PASSWORDS_OUT),
    Kind("liste.exporter", 1, ListFields, apply_lists.note_list, STAFF, _FILE_OUT),
    Kind("compte.rouvrir", 1, AccountsFields, apply_accounts.reopen, STAFF, _REOPENED),
    Kind("compte.reactiver", 1, AccountsFields, apply_accounts.mark_to_reactivate, STAFF, _REACTIVATE),
    Kind("acces.regler", 1, AccessFields, apply_rights.set_access, DIRECTORS, UNDOABLE),
    Kind("eleve.proteger", 1, ProtectFields, apply_rights.protect, DIRECTORS, UNDOABLE),
    Kind("responsable.souhait", 1, WishFields, apply_rights.set_wish, DIRECTORS, UNDOABLE),
    Kind("personne.effacer", 1, EraseFields, apply_erasure.erase, DIRECTORS, _ERASED),
    Kind("personne.limiter", 1, LimitFields, apply_limit.limit, DIRECTORS, UNDOABLE),
    Kind("feuille.remettre", 1, HandOverFields, apply_sheets.hand_over, STAFF, UNDOABLE),
    Kind("feuille.prolonger", 1, ProlongFields, apply_sheets.prolong, STAFF, Undoable(by_server=True)),
    Kind("poste.revoquer", 1, RevokeFields, apply_people.revoke, DIRECTORS, _REVOKED),
    Kind("ecole.passation", 1, HandoverFields, apply_people.hand_over, DIRECTORS, _HANDED_ON),
    Kind("revue.clore", 1, CloseReviewFields, apply_accounts.close_review, STAFF, UNDOABLE),
    Kind("demande.repondre", 1, AnswerRequestFields, apply_requests.answer, STAFF, Undoable(by_server=True)),
    Kind("demande.rattacher", 1, MatchRequestFields, apply_requests.match, STAFF, UNDOABLE),
    Kind("demande.clore", 1, CloseRequestFields, apply_requests.close, STAFF, UNDOABLE),
    Kind("correction.decider", 1, DecideCorrectionFields, apply_requests.decide_correction, STAFF, UNDOABLE),
    Kind("regroupement.annuler", 1, UndoMergeFields, apply_requests.undo_merge, DIRECTORS, _PARTED),
    Kind("doublon.ecarter", 1, SetApartFields, apply_duplicates.set_apart, DIRECTORS, UNDOABLE),
    Kind("doublon.regrouper", 1, GroupRecordsFields, apply_duplicates.group, DIRECTORS, UNDOABLE),
    Kind("bilan.importer", 1, ImportReportsFields, apply_reports.import_reports, DIRECTORS, UNDOABLE),
    Kind("bilan.verrouiller", 1, LockReportsFields, apply_reports.lock, DIRECTORS, UNDOABLE),
    Kind("bilan.publier", 1, PublishReportsFields, apply_reports.publish, DIRECTORS, UNDOABLE),
    Kind("bilan.retirer", 1, RemoveReportsFields, apply_reports.remove, DIRECTORS, UNDOABLE),
    Kind("bilan.relancer", 1, RemindFields, apply_reports.remind, STAFF, _MAIL_OUT),
    Kind("poste.admettre", 1, AdmitDeviceFields, apply_school.admit_device, DIRECTORS, _KEY_GIVEN),
    Kind("assistance.accorder", 1, GrantFields, apply_support.grant, DIRECTORS, _GRANTED),
    Kind("assistance.terminer", 1, EndGrantFields, apply_support.end_grant, DIRECTORS, _GRANT_ENDED),
    Kind("assistance.consulter", 1, ReadFields, apply_support.note_reading, OFFICERS, _READ),
    Kind("assistance.proposer", 1, ProposeFields, apply_support.propose, OFFICERS, _PROPOSED),
    Kind("assistance.decider", 1, DecideProposalFields, apply_support.decide, DIRECTORS, _PROPOSAL_DECIDED),
    Kind("acte.annuler", 1, UndoFields, apply_undo.undo, STAFF, UNDOABLE),
)
KINDS: dict[str, Kind] = {kind.name: kind for kind in _ALL}
