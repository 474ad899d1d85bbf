"""The registry of act kinds: payload, apply function, and who may do it. One function a kind, on both ends."""

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
from app.models.acts_import import ImportFields, UndoImportFields
from app.models.acts_lists import ListFields
from app.models.acts_mail import GoOnFields, NotifyByMailFields, ResendFields
from app.models.acts_notify import NotifyFields, ResetFields
from app.models.acts_people import HandoverFields, RevokeFields
from app.models.acts_rights import AccessFields, ProtectFields, WishFields
from app.models.acts_sheets import HandOverFields, ProlongFields
from app.models.states import Role
from app.services.records import (
    apply_accounts,
    apply_corrections,
    apply_import,
    apply_lists,
    apply_mail,
    apply_notify,
    apply_people,
    apply_reset,
    apply_rights,
    apply_school,
    apply_sheets,
)
from app.services.records.rows import SchoolRows, Stamp

DIRECTORS = frozenset({Role.DIRECTOR})
STAFF = frozenset({Role.DIRECTOR, Role.DEPUTY})


@dataclass(frozen=True, slots=True)
class Kind:
    """How one kind of act is read, applied and allowed."""

    name: str
    version: int
    fields: type[ActFields]
    apply: Callable[[Any, SchoolRows, Stamp], None]
    roles: frozenset[Role]


_ALL = (
    Kind("ecole.creer", 1, CreateSchoolFields, apply_school.create, DIRECTORS),
    Kind("ecole.modifier", 1, EditSchoolFields, apply_school.edit, DIRECTORS),
    Kind("ecole.regler", 1, SchoolSettingFields, apply_school.set_option, DIRECTORS),
    Kind("import.appliquer", 1, ImportFields, apply_import.apply_import, DIRECTORS),
    Kind("import.annuler", 1, UndoImportFields, apply_import.undo_import, DIRECTORS),
    Kind("responsable.corriger", 1, CorrectFields, apply_corrections.correct_guardian, STAFF),
    Kind("eleve.corriger", 1, CorrectFields, apply_corrections.correct_pupil, STAFF),
    Kind("compte.notifier", 1, NotifyFields, apply_notify.apply_notify, STAFF),
    Kind("compte.notifier_mail", 1, NotifyByMailFields, apply_mail.notify_by_mail, STAFF),
    Kind("compte.renvoyer", 1, ResendFields, apply_mail.resend, STAFF),
    Kind("courriel.reprendre", 1, GoOnFields, apply_mail.go_on, STAFF),
    Kind("compte.reinitialiser", 1, ResetFields, apply_reset.apply_reset, STAFF),
    Kind("liste.exporter", 1, ListFields, apply_lists.note_list, STAFF),
    Kind("compte.rouvrir", 1, AccountsFields, apply_accounts.reopen, STAFF),
    Kind("compte.reactiver", 1, AccountsFields, apply_accounts.mark_to_reactivate, STAFF),
    Kind("acces.regler", 1, AccessFields, apply_rights.set_access, DIRECTORS),
    Kind("eleve.proteger", 1, ProtectFields, apply_rights.protect, DIRECTORS),
    Kind("responsable.souhait", 1, WishFields, apply_rights.set_wish, DIRECTORS),
    Kind("feuille.remettre", 1, HandOverFields, apply_sheets.hand_over, STAFF),
    Kind("feuille.prolonger", 1, ProlongFields, apply_sheets.prolong, STAFF),
    Kind("poste.revoquer", 1, RevokeFields, apply_people.revoke, DIRECTORS),
    Kind("ecole.passation", 1, HandoverFields, apply_people.hand_over, DIRECTORS),
    Kind("revue.clore", 1, CloseReviewFields, apply_accounts.close_review, STAFF),
    Kind("poste.admettre", 1, AdmitDeviceFields, apply_school.admit_device, DIRECTORS),
)
KINDS: dict[str, Kind] = {kind.name: kind for kind in _ALL}
