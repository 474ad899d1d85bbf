"""A mail in the language that the director noted, from the desktop to the letter box, over real HTTP."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.services.family_language import set_family_language
from tests.server.portal.household import Household, form
from tests.server.portal.test_mails import send
from tests.support.live import body_of


def _speak(home: Household, code: str) -> None:
    guardian = home.account()["guardian_id"]
    set_family_language(home.desk.desk, school_id=home.desk.school_id, guardian_id=guardian, code=code)
    home.desk.sync()


@pytest.mark.parametrize(("code", "word"), [("tr", "Kullanıcı adınız"), ("ar", "اسم المستخدم"), ("fr", "")])
def test_a_notification_comes_in_both_languages(home: Household, code: str, word: str) -> None:
    _speak(home, code)
    send(home, "Marc")
    [mail] = [home.server.caught.wait(1)[0]]
    text = body_of(mail)
    assert text.count("Votre identifiant") == 1
    assert word in text
    assert text.count(f"{home.account()['login']}") == (1 if code == "fr" else 2)
    assert ("Traduction non relue" in text) == (code != "fr")


def test_the_activation_mail_speaks_the_language_of_the_family(home: Household, tmp_path: Path) -> None:
    _speak(home, "tr")
    secret = home.print_sheet(tmp_path / "sheets")
    assert secret is not None
    home.desk.sync()
    with home.parent() as parent:
        parent.get(f"/a/{secret.token}")
        parent.post("/activation", data=form(email="marc@example.org"))
    mail = home.server.caught.wait(1)[0]
    text = body_of(mail)
    assert "Vous avez commencé à activer votre compte" in text
    assert "hesabınızı etkinleştirmeye başladınız" in text
    assert "Türkçe" in text.splitlines()[0]
