"""One line a cause: what makes it hold, and the nearest thing that does not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from tests.services.diagnosis.scene import Scene, ago

Make = Callable[[Scene], object]


def active(scene: Scene) -> None:
    """Marc is in by his sheet."""
    scene.account(state="active", origin="school", password_changed=True, ways=["password"])


def twin(scene: Scene, name: str = "M. Marc DUPONT", **guardian: str) -> str:
    """Another record, with a child of its own."""
    noe = scene.child("Noé DUPONT")
    account = scene.cast.guardian(name, noe, login="m.dupont2")
    scene.guardian(account, **guardian)
    return account


def said_apart(scene: Scene) -> None:
    """Two people of one name, as the director knows."""
    other = scene.rows.need("accounts", twin(scene))["guardian_id"]
    scene.guardian(apart={other: {"at": ago(1), "by": "Mme Durand"}})


def then(*makes: Make) -> Make:
    """One after the other."""

    def make(scene: Scene) -> None:
        for one in makes:
            one(scene)

    return make


def tried(reason: str, *, tries: int = 1) -> Make:
    return lambda scene: scene.tried(reason, tries=tries)


def tried_then_in(reason: str, *, tries: int = 1) -> Make:
    """The same refusal, and he has come in since."""
    return lambda scene: (
        scene.tried(reason, days=2, tries=tries),
        scene.event("portal_recovered", by="sms"),
        active(scene),
    )


def corrected(scene: Scene, days: float) -> None:
    entry = {"value": "06 39 98 01 09", "onde": "06 39 98 01 01", "by": "Mme Durand", "at": ago(days)}
    scene.guardian(corrections={"mobile": entry})


def birth_corrected(scene: Scene) -> None:
    scene.pupil(
        scene.zoe, corrections={"birth_date": {"value": "2018-03-05", "onde": "2018-03-04", "by": "x", "at": ago(1)}}
    )


def activating(scene: Scene, days: float) -> None:
    scene.account(state="activating", password_changed=True)
    scene.event("portal_activating", days=days, email="m.dupont@exemple.fr")


def protected(scene: Scene, *, knows: bool) -> None:
    guardian = scene.rows.need("accounts", scene.marc)["guardian_id"]
    scene.pupil(scene.zoe, protection={"knows": [guardian] if knows else [], "since": "2026-09-01", "by": "x"})


def one_more(scene: Scene, access: str) -> None:
    noe = scene.child("Noé DUPONT")
    scene.follow(noe)
    scene.link(noe, access=access)


def changed_here(scene: Scene, *, sent: bool) -> None:
    guardian = scene.rows.need("accounts", scene.marc)["guardian_id"]
    unsent = frozenset() if sent else frozenset({("guardians", guardian)})
    scene.line = replace(scene.line, unsent=unsent)


CASES: dict[str, tuple[Make, Make]] = {
    # the school and this PC
    "guardian_gone": (lambda s: s.guardian(gone_on="2026-09-01"), lambda s: s.guardian(wish="paper")),
    "child_left": (
        lambda s: s.pupil(s.zoe, left_on="2026-09-01"), lambda s: (one_more(s, "full"), s.pupil(s.zoe, left_on="2026-09-01")),
    ),
    "not_linked": (
        lambda s: setattr(s, "line", replace(s.line, last_success_at=None)), lambda s: changed_here(s, sent=False),
    ),
    "unsent": (lambda s: changed_here(s, sent=False), lambda s: changed_here(s, sent=True)),
    "ine_required": (
        lambda s: (s.pupil(s.zoe, ine=None), s.school(settings={"require_ine": True})), lambda s: s.pupil(s.zoe, ine=None),
    ),
    "no_ine": (lambda s: s.pupil(s.zoe, ine=None), lambda s: s.school(settings={"require_ine": True})),
    "no_class": (lambda s: s.enrol(s.zoe, classroom_id=None), lambda s: s.enrol(s.zoe, level=None)),
    "nursery": (lambda s: s.enrol(s.zoe, level="GS"), lambda s: (s.enrol(s.zoe, level="GS"), one_more(s, "full"))),
    "newer_than_onde": (lambda s: corrected(s, 1), lambda s: corrected(s, 40)),
    # decisions
    "access_withdrawn": (lambda s: s.link(access="none"), lambda s: (one_more(s, "none"))),
    "paper_only": (lambda s: s.link(access="paper"), lambda s: s.guardian(wish="paper")),
    "protected": (lambda s: protected(s, knows=False), lambda s: protected(s, knows=True)),
    "limited": (lambda s: s.guardian(limited={"since": "2026-09-01"}), lambda s: s.link(access="paper")),
    "some_closed": (lambda s: one_more(s, "none"), lambda s: s.link(access="none")),
    "wish": (lambda s: s.guardian(wish="no_account"), lambda s: s.link(access="paper")),
    "not_guardian": (lambda s: s.request("not_guardian"), lambda s: s.request("not_guardian", "answered")),
    "request_pending": (lambda s: s.request("help"), lambda s: s.request("help", "answered")),
    # birth dates
    "birth_date_block": (lambda s: s.account(block="birth_date_tries"), tried("birth_date", tries=4)),
    "birth_date_refused": (
        tried("birth_date"), lambda s: (s.tried("birth_date", days=2), s.event("reopened", days=1)),
    ),
    "birth_date_missing": (
        lambda s: s.pupil(s.zoe, birth_date=None), lambda s: (s.pupil(s.zoe, birth_date=None), one_more(s, "full")),
    ),
    "birth_date_differs": (birth_corrected, lambda s: corrected(s, 1)),
    # accounts
    "to_reactivate": (lambda s: s.account(to_reactivate=True), lambda s: s.account(block="birth_date_tries")),
    "federation_name": (tried("federation_name"), tried("unknown_name")),
    "other_contact": (tried("other_contact"), tried_then_in("other_contact")),
    "forced_reset": (
        then(active, lambda s: s.event("portal_forced_reset")),
        then(active, lambda s: (s.event("portal_forced_reset", days=2), s.event("portal_password"))),
    ),
    "too_many_tries": (tried("password", tries=5), tried("password", tries=4)),
    "password_wrong": (tried("password"), tried_then_in("password")),
    "recovery_unconfirmed": (tried("recovery_unconfirmed"), tried_then_in("recovery_unconfirmed")),
    "activation_link_used": (then(active, tried("mail_link_used")), then(active, tried("mail_link_replaced"))),
    "federated_only": (
        lambda s: s.account(state="active", origin="franceconnect", ways=["franceconnect"]),
        lambda s: s.account(state="active", origin="franceconnect", ways=["franceconnect", "password"]),
    ),
    "one_child_only": (then(active, twin), then(active, lambda s: twin(s, "M. Marco DUPONT"))),
    "duplicate": (twin, said_apart),
    "merged_login": (tried("merged"), tried_then_in("merged")),
    "gather_refused": (tried("gather"), tried_then_in("gather")),
    # sheets
    "no_login": (lambda s: s.account(login=None), lambda s: s.sheet("printed")),
    "sheet_unknown": (lambda s: s.sheet("printed"), lambda s: s.sheet("known")),
    "sheet_expired": (lambda s: s.sheet("known", days=100, expires_at=ago(2)), lambda s: s.sheet("known", expires_at=ago(0))),
    "sheet_withdrawn": (
        lambda s: s.sheet("withdrawn"), lambda s: (s.sheet("withdrawn", days=9), s.sheet("known", days=1)),
    ),
    "sheet_replaced": (tried("sheet_replaced"), tried_then_in("sheet_replaced")),
    "sheet_used": (tried("sheet_used"), tried("sheet_replaced")),
    "sheet_over": (tried("sheet_expired"), tried("sheet_used")),
    "no_living_sheet": (tried("no_living_sheet"), tried("password")),
    "sheet_not_handed": (lambda s: s.sheet("known"), lambda s: s.sheet("known", handed_on="2026-09-05")),
    "sheet_waiting": (lambda s: s.sheet("known", handed_on="2026-09-05"), lambda s: s.sheet("known")),
    "notified_elsewhere": (lambda s: s.account(state="notified", origin="school"), lambda s: s.sheet("known")),
    "never_notified": (lambda s: None, lambda s: s.account(state="notified", origin="school")),
    # mails
    "mail_bounced": (lambda s: s.mail("C02", "bounced"), lambda s: (s.mail("C02", "bounced"), s.sheet("known", days=1))),
    "mail_failed": (lambda s: s.mail("C02", "failed"), lambda s: s.mail("C02", "bounced")),
    "mail_queued": (lambda s: s.mail("C02", "queued"), lambda s: s.mail("C02", "accepted")),
    "link_expired": (lambda s: activating(s, 4), lambda s: activating(s, 2)),
    "link_not_clicked": (lambda s: activating(s, 2), then(lambda s: activating(s, 2), active)),
    "mail_waiting": (lambda s: s.mail("C02", "delivered"), then(lambda s: s.mail("C02", "delivered"), active)),
    "mail_doubtful": (lambda s: s.guardian(email="m@gamil.com"), lambda s: s.guardian(email="m@gmail.com")),
    "no_contact": (lambda s: s.guardian(email=None, mobile=None), lambda s: s.guardian(email=None)),
    "no_email": (lambda s: s.guardian(email=None), lambda s: s.guardian(mobile=None)),
    # phones
    "mobile_shared": (
        lambda s: twin(s, "MME Lou PETIT", mobile="+33 6 39 98 01 01"), lambda s: twin(s, mobile="06 39 98 01 01"),
    ),
    "mobile_is_landline": (lambda s: s.guardian(mobile="05 61 00 00 00"), lambda s: s.guardian(phone_home="05 61 00 00 00")),
    "mobile_invalid": (lambda s: s.guardian(mobile="06 39"), lambda s: s.guardian(mobile="05 61 00 00 00")),
    "no_mobile": (lambda s: s.guardian(mobile=None), lambda s: s.guardian(mobile="06 39")),
    "number_unknown": (tried("unknown_number"), lambda s: (s.tried("unknown_number"), s.guardian(mobile=None))),
    "name_unknown": (tried("unknown_name"), tried("federation_name")),
    "sms_failed": (
        lambda s: s.event("portal_sms_failed"), lambda s: (s.event("portal_sms_failed", days=2), s.event("portal_entered")),
    ),
    "codes_wrong": (tried("code"), tried_then_in("code")),
    "too_many_codes": (tried("too_many_codes"), tried("code")),
    "private_without_mobiles": (
        lambda s: (s.school(sector="private"), s.guardian(mobile=None)), lambda s: s.school(sector="private"),
    ),
    # bilans
    "report_not_imported": (active, then(active, lambda s: s.report())),
    "report_not_locked": (then(active, lambda s: s.report()), then(active, lambda s: s.report(locked_at=ago(1)))),
    "report_not_published": (
        then(active, lambda s: s.report(locked_at=ago(1), published_on="2026-12-01")),
        then(active, lambda s: s.report(locked_at=ago(1), published_on="2026-09-01")),
    ),
}  # fmt: skip
