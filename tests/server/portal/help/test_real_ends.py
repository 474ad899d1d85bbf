"""A wrong birth date in ONDE, a lost sheet and no mobile, a name written otherwise: each parent ends inside, without a call.

From the refusal to the log-in: the portal as a browser sees it, the director's answers as her window gives them.
"""

from __future__ import annotations

import re
from pathlib import Path

import httpx

from app.models.acts_requests import Answer
from app.models.states import AccountState
from app.services import answering, notify
from app.services.requests import RequestView, list_requests
from tests.server.portal.help.asking import by_code, reference, send
from tests.server.portal.household import PASSWORD, Household, form
from tests.support.live import body_of

WRONG = ("3", "4", "2019")
"""The true date, which ONDE has otherwise."""


def asked(home: Household) -> RequestView:
    """The one request that waits, as the director reads it."""
    home.desk.sync()
    [found] = list_requests(home.desk.desk, school_id=home.desk.school_id)
    return found


def handled(parent: httpx.Client, said: str, last_name: str = "Dupont") -> bool:
    page = parent.post("/aide/suivi", data={"reference": said, "nom": last_name})
    return "<strong>traitée</strong>" in page.text


def logged_in(home: Household, login: str, password: str = PASSWORD) -> bool:
    with home.parent() as parent:
        return parent.post("/connexion", data={"identifiant": login, "mot_de_passe": password}).url.path == "/enfants"


def test_a_wrong_birth_date_in_onde(home: Household, tmp_path: Path) -> None:
    secret = home.print_sheet(tmp_path / "sheets")
    home.desk.sync()
    assert secret is not None
    desk, school_id = home.desk.desk, home.desk.school_id
    with home.parent() as parent:
        parent.get(f"/a/{secret.token}")
        for _ in range(6):
            refused = parent.post("/activation", data=form(date=WRONG))
        assert refused.status_code == 422
        page = parent.post("/aide/demander", data={"etape": "birth_date"})
        said = reference(send(home, parent, page, message="Zoé est née le 3 avril, pas le 14 mars."))
        request = asked(home)
        assert request.answers[:2] == (Answer.CORRECT_CHILD, Answer.REOPEN) and request.guardian == "DUPONT Marc"
        assert "Cinq dates de naissance fausses" in request.why[0] and not handled(parent, said)
        answering.correct_record(
            desk, school_id=school_id, request_id=request.request_id, table="pupils", record_id=request.pupil_id or "",
            values={"birth_date": "03-04-2019"},
        )  # fmt: skip
        home.desk.sync()
        assert handled(parent, said)
        parent.get(f"/a/{secret.token}")
        assert parent.post("/activation", data=form(date=WRONG)).url.path == "/enfants", "the same sheet, the true date"
    assert logged_in(home, home.account()["login"])
    home.desk.sync()
    assert home.account()["state"] == AccountState.ACTIVE


def test_a_lost_sheet_and_no_mobile(home: Household, tmp_path: Path) -> None:
    """Ida has neither mobile nor mail: her answer is paper, in her child's bag."""
    lost = home.print_sheet(tmp_path / "first", "Ida")
    home.desk.sync()
    desk, school_id = home.desk.desk, home.desk.school_id
    with home.parent() as parent:
        refused = parent.post(
            "/connexion", data={"identifiant": "i.hostile", "mot_de_passe": "je ne sais plus", "feuille": "1"}
        )
        assert refused.status_code == 401 and 'value="sheet"' in refused.text
        parent.post("/aide/demander", data={"etape": "sheet"})
        ida = {"nom": "Hostile", "prenom": "Ida", "nom_enfant": "<IMG SRC=X>", "prenom_enfant": "<b>Ana</b>"}
        said = reference(send(home, parent, by_code(home, parent), **ida, message="Feuille perdue"))
        request = asked(home)
        assert Answer.LINK not in request.answers and request.answers[0] is Answer.SHEET
        account_id = request.account_id or ""
        reset = answering.needs_reset(desk, school_id=school_id, account_id=account_id)
        plan = notify.plan(desk, school_id=school_id, account_ids=[account_id], reset=reset)
        (tmp_path / "again").mkdir()
        notify.print_sheets(desk, plan=plan, folder=tmp_path / "again", processes=1)
        answering.note(desk, school_id=school_id, request_id=request.request_id, how=Answer.SHEET)
        secret = home.print_sheet(tmp_path / "third", "Ida")
        home.desk.sync()
        assert handled(parent, said, "Hostile") and secret is not None and lost is not None
        done = parent.get(f"/a/{secret.token}")
        assert done.status_code == 200
        assert parent.post("/activation", data=form(date=("5", "5", "2019"))).url.path == "/enfants"
    assert logged_in(home, home.account("Ida")["login"])


def test_a_name_written_otherwise(home: Household) -> None:
    """Marc is « DUPONT » in ONDE and writes « Du Pont-Martin »: the director says who he is, the known address gets a link."""
    desk, school_id = home.desk.desk, home.desk.school_id
    with home.parent() as parent:
        refused = parent.post("/connexion", data={"identifiant": "marc", "mot_de_passe": "x"})
        assert 'value="login"' in refused.text
        parent.post("/aide/demander", data={"etape": "create"})
        page = by_code(home, parent)
        said = reference(send(home, parent, page, nom="Du Pont-Martin", contact="marc.nouveau@example.org"))
        request = asked(home)
        assert request.answers[0] is Answer.MATCH and request.account_id is None
        chosen = next(one for one in request.candidates if one.name == "DUPONT Marc")
        answering.match(desk, school_id=school_id, request_id=request.request_id, guardian_id=chosen.guardian_id)
        sent_to = answering.send_link(desk, school_id=school_id, request_id=request.request_id)
        assert sent_to == "m.dupont@example.org", "never the address of the form"
        home.desk.sync()
        [mail] = home.server.caught.wait()
        assert mail["X-RcptTo"] == sent_to or sent_to in str(mail["To"])
        assert handled(parent, said, "du pont martin")
        link = re.search(r"https?://\S+/m/\S+", body_of(mail))
        assert link is not None
        parent.get(link.group())
        assert parent.post("/activation", data=form()).url.path == "/enfants"
    assert logged_in(home, home.account()["login"])
