"""Each header that ONDE has had (onde.md, « Pupils » and « Guardians »): which file it is, which column is which."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from app.models.errors import InputError
from tests.services.onde.school import read, said
from tests.support import onde_files
from tests.support.onde_files import Adult, Pupil, csv_file, guardians_file, pupils_file

ZOE = Pupil("CHÂTELAIN", "Zoé", "14/03/2018", "CE2 Mme Aubrac", "COURS ELEMENTAIRE 2", "123456789AB", usage="ROUX")
TOM = Pupil("CHÂTELAIN", "Tom", "02/11/2020", "CP M. Le Goff", "COURS PREPARATOIRE", "223456789AB", sex="M")
ANNE = Adult(
    "MÉNARD", "Anne", (ZOE, TOM), usage="CHÂTELAIN", email="anne@example.org", home="05 61 00 00 01", work="05 61 00 00 02",
    extension="12", mobile="06 12 34 56 78",
)  # fmt: skip


@pytest.mark.parametrize(
    ("titles", "has_ine"),
    [
        (onde_files.PUPILS_UNTIL_2017, False),
        (onde_files.PUPILS, True),
        (onde_files.PUPILS_LATER, True),
        (onde_files.PUPILS_SHORT, False),
        (onde_files.PUPILS_RENAMED, True),
        (onde_files.PUPILS_NUMBERED_INE, True),
    ],
    ids=["until 2017", "since 2017", "dispositifs", "short", "renamed", "numéro INE"],
)
def test_every_header_of_pupils(titles: Sequence[str], has_ine: bool) -> None:
    file = read(pupils_file([ZOE], titles=titles))
    [pupil] = file.pupils
    assert file.kind == "pupils"
    assert (pupil.values["last_name"], pupil.values["first_name"]) == ("CHÂTELAIN", "Zoé")
    assert pupil.values["birth_date"] == "2018-03-14"
    assert (pupil.classroom, pupil.level) == ("CE2 Mme Aubrac", "CE2")
    assert pupil.values.get("ine") == ("123456789AB" if has_ine else None)
    assert said(file) == ([] if has_ine else [("warning", 1, "INE")])


def test_every_column_of_the_header_since_2017_is_known() -> None:
    [pupil] = read(pupils_file([ZOE], titles=onde_files.PUPILS_LATER)).pupils
    assert pupil.values == {
        "last_name": "CHÂTELAIN", "usage_name": "ROUX", "first_name": "Zoé", "birth_date": "2018-03-14", "sex": "F",
        "ine": "123456789AB", "address": "12 rue des Lilas", "postal_code": "09990", "town": "Valbrune",
    }  # fmt: skip
    assert pupil.classroom_onde_id == "990101"


@pytest.mark.parametrize(
    ("titles", "block", "numbered"),
    [
        (onde_files.ADULT, onde_files.BLOCK_UNTIL_2017, False),
        (onde_files.ADULT_WITHOUT_EXTENSION, onde_files.BLOCK, False),
        (onde_files.ADULT_WITHOUT_EXTENSION, onde_files.BLOCK, True),
        (onde_files.ADULT_SINCE_2021, onde_files.BLOCK_SINCE_2021, False),
        (onde_files.ADULT_SINCE_2021, onde_files.BLOCK_SINCE_2021, True),
    ],
    ids=["enfant", "élève", "numbered", "since 2021", "since 2021, numbered"],
)
def test_every_header_of_guardians(titles: Sequence[str], block: Sequence[str], numbered: bool) -> None:
    file = read(guardians_file([ANNE], titles=titles, block=block, numbered=numbered))
    [guardian] = file.guardians
    assert (file.kind, file.problems) == ("guardians", [])
    assert guardian.values == {
        "civility": "Mme", "last_name": "MÉNARD", "usage_name": "CHÂTELAIN", "first_name": "Anne",
        "address": "12 rue des Lilas", "postal_code": "09990", "town": "Valbrune", "country": "FRANCE",
        "email": "anne@example.org", "phone_home": "05 61 00 00 01", "phone_work": "05 61 00 00 02",
        "mobile": "06 12 34 56 78",
    }  # fmt: skip
    assert [(child.first_name, child.classroom) for child in guardian.children] == [
        ("Zoé", "CE2 Mme Aubrac"), ("Tom", "CP M. Le Goff"),
    ]  # fmt: skip
    dates = ["2018-03-14", "2020-11-02"] if "Date de naissance élève" in block else [None, None]
    assert [child.birth_date for child in guardian.children] == dates


def test_numbered_columns_may_be_sorted_by_field() -> None:
    titles = ["Nom responsable", "Prénom responsable", "Prénom élève 1", "Prénom élève 2", "Nom de famille élève 1",
              "Nom de famille élève 2"]  # fmt: skip
    [guardian] = read(csv_file(titles, [["MÉNARD", "Anne", "Zoé", "Tom", "CHÂTELAIN", "ROUX"]])).guardians
    assert [(c.last_name, c.first_name) for c in guardian.children] == [("CHÂTELAIN", "Zoé"), ("ROUX", "Tom")]


def test_columns_in_any_order() -> None:
    titles = list(reversed(onde_files.PUPILS))
    [pupil] = read(pupils_file([ZOE], titles=titles)).pupils
    assert (pupil.values["last_name"], pupil.values["usage_name"], pupil.classroom) == (
        "CHÂTELAIN", "ROUX", "CE2 Mme Aubrac",
    )  # fmt: skip


@pytest.mark.parametrize(
    "titles",
    [
        ("NOM ÉLÈVE *", "PRÉNOM ÉLÈVE *", "DATE NAISSANCE", "LIBELLÉ CLASSE"),
        ("nom eleve", "prenom eleve", "date naissance", "libelle classe"),
        ("  Nom  élève ", " Prénom élève", "Date  naissance", " Libellé classe "),
        ("Nom de l’élève", "Prénom de l’élève", "Date de naissance", "Nom de la classe"),
        ("Nom de l'élève", "Prénom de l'élève", "Date de naissance", "Nom de la classe"),
    ],
)
def test_case_accents_spaces_apostrophes_and_stars(titles: Sequence[str]) -> None:
    file = read(csv_file(titles, [["CHÂTELAIN", "Zoé", "14/03/2018", "CE2"]]))
    assert [(p.values["last_name"], p.values["first_name"], p.classroom) for p in file.pupils] == [
        ("CHÂTELAIN", "Zoé", "CE2")
    ]


def test_unknown_columns_are_said_once() -> None:
    titles = ["Couleur", *onde_files.PUPILS, "Cantine"]
    rows = [["bleu", *(["DUPIN", "", "Léa"] + [""] * 19), "oui"]] * 3
    file = read(csv_file(titles, rows))
    [problem] = [p for p in file.problems if "inconnues" in p.message]
    assert (problem.level, problem.line) == ("warning", 1)
    assert "«\u00a0Couleur\u00a0», «\u00a0Cantine\u00a0»" in problem.message


def test_the_file_is_told_by_its_header_not_by_its_name() -> None:
    assert read(pupils_file([ZOE])).kind == "pupils"
    assert read(guardians_file([ANNE])).kind == "guardians"


def test_a_title_may_stand_above_the_header() -> None:
    content = "École des Tilleuls;2026-2027\r\n".encode("cp1252") + pupils_file([ZOE], titles=onde_files.PUPILS_SHORT)
    file = read(content)
    assert [pupil.line for pupil in file.pupils] == [3]
    assert said(file) == [("warning", 2, "INE")]


def test_guardians_without_children_columns_are_refused_with_what_to_do() -> None:
    with pytest.raises(InputError) as refused:
        read(csv_file(onde_files.ADULT, [["Mme", "", "MÉNARD", "Anne"] + [""] * 9]))
    assert refused.value.code == "onde_no_children"
    assert "avec les colonnes des élèves" in refused.value.sentence


def test_another_table_is_refused_with_where_to_click() -> None:
    with pytest.raises(InputError) as refused:
        read(csv_file(["Produit", "Prix"], [["Craies", "3"]]))
    assert refused.value.code == "onde_unknown_header"
    assert "Listes & documents" in refused.value.sentence
