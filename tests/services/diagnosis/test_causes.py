"""Each cause holds where it is made to, and is silent beside its nearest neighbour."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.services.desk import Desk
from app.services.diagnosis.catalogue import BY_CODE, CAUSES
from app.services.diagnosis.cause import Entrance
from app.services.duplicates.quick import doubtful_accounts
from tests.services.diagnosis.cases import CASES, twin
from tests.services.diagnosis.scene import Scene, scene
from tests.services.sheet_cast import open_desk


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Nothing is ever written to it."""
    with open_desk(tmp_path_factory.mktemp("diagnosis")) as made:
        yield made


@pytest.fixture
def marc(desk: Desk) -> Iterator[Scene]:
    with scene(desk) as made:
        yield made


def test_every_cause_has_its_case_its_source_and_its_sentences() -> None:
    assert len(BY_CODE) == len(CAUSES) >= 25 and set(CASES) == set(BY_CODE)
    for cause in CAUSES:
        assert cause.source and cause.title and cause.say.endswith((".", "?")), cause.code
        assert cause.fact.count("{}") <= 1 and "{}" not in cause.advice + cause.say + cause.title, cause.code


@pytest.mark.parametrize("code", sorted(CASES))
def test_it_holds_where_it_is_made_to(marc: Scene, code: str) -> None:
    CASES[code][0](marc)
    [found] = [cause for cause in marc.diagnosis().causes if cause.code == code]
    assert "{}" not in found.sentence and "None" not in found.sentence
    assert found.stops == tuple(way for way in Entrance if way in BY_CODE[code].stops)


@pytest.mark.parametrize("code", sorted(CASES))
def test_it_is_silent_beside_its_nearest_neighbour(marc: Scene, code: str) -> None:
    CASES[code][1](marc)
    assert code not in marc.codes()


def test_whom_nothing_stops_comes_in_by_himself_and_waits_for_a_notification(marc: Scene) -> None:
    found = marc.diagnosis()
    assert [cause.code for cause in found.causes] == ["never_notified"]
    assert [(way.entrance.value, way.works) for way in found.ways] == [("A", True), ("B", True), ("C", False)]
    assert found.ways[2].words == "Jamais notifié"


def test_what_stops_most_comes_first(marc: Scene) -> None:
    marc.guardian(mobile=None, email=None)
    marc.account(block="birth_date_tries")
    found = marc.diagnosis()
    assert found.causes[0].code == "birth_date_block" and not any(way.works for way in found.ways)
    counts = [len(cause.stops) for cause in found.causes]
    assert counts == sorted(counts, reverse=True)


def test_a_mobile_counts_for_nothing_once_he_is_notified(marc: Scene) -> None:
    marc.guardian(mobile=None)
    marc.sheet("printed")
    found = marc.diagnosis()
    assert found.causes[0].code == "sheet_unknown" and "no_mobile" in marc.codes()
    assert [cause.code for cause in found.causes if cause.told] == ["sheet_unknown"]


def test_an_activation_whose_beginning_nobody_saw_is_told_in_a_whole_sentence(marc: Scene) -> None:
    marc.account(state="activating", password_changed=True)
    [told] = [cause for cause in marc.diagnosis().causes if cause.code == "link_not_clicked"]
    assert told.fact == "Le lien d’activation n’a pas encore été ouvert."


def test_no_sentence_for_the_phone_tells_a_secret(marc: Scene) -> None:
    forbidden = ("mot de passe est", "née le", "né le")
    assert not [cause.code for cause in CAUSES if any(word in cause.say for word in forbidden)]


@pytest.mark.parametrize(
    ("name", "contact", "stands_twice"),
    [
        ("M. DUPONT MARC", {"mobile": "+33 6 39 98 01 01"}, True), ("M. Marco DUPONT", {"mobile": "0639980101"}, True),
        ("M. Marco DUPONT", {"email": "M.Dupont@exemple.fr"}, True), ("M. Marco DUPONT", {"mobile": "06 39 98 01 09"}, False),
        ("MME Marie DUPONT", {"mobile": "06 39 98 01 01", "email": "m.dupont@exemple.fr"}, False),
    ],
)  # fmt: skip
def test_who_stands_twice_is_who_doublons_shows(
    marc: Scene, name: str, contact: dict[str, str], stands_twice: bool
) -> None:
    other = twin(marc, name, **contact)
    found = marc.diagnosis()
    assert (other in found.twins) is stands_twice is ("duplicate" in marc.codes())
    assert (other in doubtful_accounts(marc.rows)) is stands_twice
    guardian_id = marc.rows.need("accounts", other)["guardian_id"]
    marc.guardian(apart={guardian_id: {"at": found.name, "by": "Mme Durand"}})
    assert not marc.diagnosis().twins and not doubtful_accounts(marc.rows)
