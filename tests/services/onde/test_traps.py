"""One file for each line of onde.md's table of traps, as far as one file tells; the others are in ``test_matching``."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.models.contacts import INVALID, LANDLINE, read_mobile
from tests.services.onde.school import read, said
from tests.support import onde_files
from tests.support.onde_files import Adult, Pupil, csv_file, guardians_file, pupils_file

ZOE = Pupil("CHÂTELAIN", "Zoé", ine="123456789AB")
LEA = Pupil("ŒILLET", "Léa", "02/11/2018", ine="223456789AB")
ANNE = Adult("MÉNARD", "Anne", (ZOE,))
SHORT = ("Nom", "Prénom", "Date de naissance", "Classe")


def _names(content: bytes) -> list[str]:
    return [f"{p.values['last_name']} {p.values['first_name']}" for p in read(content).pupils]


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8", "utf-8-sig", "utf-16"])
def test_encodings(encoding: str) -> None:
    assert _names(pupils_file([ZOE, LEA], encoding=encoding)) == ["CHÂTELAIN Zoé", "ŒILLET Léa"]


def test_latin_1() -> None:
    assert _names(pupils_file([ZOE], encoding="iso-8859-1")) == ["CHÂTELAIN Zoé"]


def test_an_encoding_made_twice_is_never_shown() -> None:
    content = pupils_file([ZOE, LEA], encoding="utf-8").decode("cp1252", errors="replace").encode("utf-8")
    assert _names(content)[0] == "CHÂTELAIN Zoé"


def test_two_encodings_in_one_file() -> None:
    lines = pupils_file([ZOE, LEA], encoding="utf-8").split(b"\r\n")
    lines[2] = lines[2].decode("utf-8").encode("cp1252")
    assert _names(b"\r\n".join(lines)) == ["CHÂTELAIN Zoé", "ŒILLET Léa"]


def test_accents_lost_before_the_import_are_said() -> None:
    file = read(csv_file(SHORT, [["CH\ufffdTELAIN", "Zoé", "14/03/2018", "CE2"]], encoding="utf-8"))
    assert ("warning", 2, None) in said(file)


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
@pytest.mark.parametrize("quoted", [True, False])
def test_separators_and_quotes(delimiter: str, quoted: bool) -> None:
    assert _names(pupils_file([ZOE, LEA], delimiter=delimiter, quoted=quoted)) == ["CHÂTELAIN Zoé", "ŒILLET Léa"]


def test_a_separator_a_quote_and_a_line_break_inside_a_cell() -> None:
    odd = replace(ZOE, address='Résidence "Les Pins"; bât. B\r\n3e étage')
    [pupil, after] = read(pupils_file([odd, LEA])).pupils
    assert pupil.values["address"] == 'Résidence "Les Pins"; bât. B 3e étage'
    assert (after.line, after.values["last_name"]) == (4, "ŒILLET")


def test_a_quote_that_is_never_closed_swallows_nobody() -> None:
    content = pupils_file([ZOE, LEA]).replace(b"12 rue", b'"12 rue', 1)
    file = read(content)
    assert [pupil.values["last_name"] for pupil in file.pupils] == ["CHÂTELAIN", "ŒILLET"]
    assert ("warning", 2, None) in said(file)


def test_short_lines_are_padded_and_said() -> None:
    content = csv_file(onde_files.PUPILS, [["CHÂTELAIN", "", "Zoé", "14/03/2018"], ["ŒILLET", "", "Léa", "02/11/2018"]])
    file = read(content)
    assert [pupil.values["last_name"] for pupil in file.pupils] == ["CHÂTELAIN", "ŒILLET"]
    short = [problem for problem in file.problems if "courte" in problem.message]
    assert [(problem.level, problem.line) for problem in short] == [("warning", 2), ("warning", 3)]
    assert "4 cellules sur 22" in short[0].message


def test_long_lines_are_cut_and_said() -> None:
    file = read(csv_file(SHORT, [["CHÂTELAIN", "Zoé", "14/03/2018", "CE2", "et", "encore"]]))
    assert [p.values for p in file.pupils] == [
        {"last_name": "CHÂTELAIN", "first_name": "Zoé", "birth_date": "2018-03-14"}
    ]
    assert ("warning", 2, None) in said(file)


def test_a_last_empty_cell_more_or_less_is_nothing() -> None:
    rows = ["CHÂTELAIN;Zoé;14/03/2018;CE2;", "ŒILLET;Léa;02/11/2018;CE2"]
    file = read(csv_file(SHORT, [], last_lines="\r\n".join(rows)))
    assert len(file.pupils) == 2
    assert said(file) == [("warning", 1, "INE")]


@pytest.mark.parametrize("newline", ["\r\n", "\n", "\r"])
def test_line_ends(newline: str) -> None:
    file = read(pupils_file([ZOE, LEA], newline=newline))
    assert [pupil.line for pupil in file.pupils] == [2, 3]


def test_blank_lines_are_passed_over_and_counted() -> None:
    content = csv_file(SHORT, [["", "", "", ""], ["", " ", "", ""], ["CHÂTELAIN", "Zoé", "14/03/2018", "CE2"]])
    file = read(content + b'"";"";"";""\r\n;;;\r\n\r\n')
    assert [pupil.line for pupil in file.pupils] == [4]
    assert said(file) == [("warning", 1, "INE")]


@pytest.mark.parametrize(
    "footer", ["247", "247;;;", "Total;247", "Nombre d'élèves : 247;;;", "24/11/2026", "Extraction du 24/11/2026;;"]
)
def test_a_last_line_that_is_not_data(footer: str) -> None:
    file = read(pupils_file([ZOE], last_lines=f"{footer}\r\n"))
    assert (len(file.pupils), file.problems) == (1, [])


def test_a_family_may_be_named_like_a_footer() -> None:
    file = read(csv_file(SHORT, [["TOTAL", "Léa", "", ""], ["DATEL", "Tom", "", ""]]))
    assert [pupil.values["last_name"] for pupil in file.pupils] == ["TOTAL", "DATEL"]


def test_host_organisations_are_skipped_and_counted() -> None:
    homes = [
        Adult("FOYER DES CÈDRES", "", (ZOE,), civility="", address="3 allée des Cèdres"),
        Adult("MAISON DE L'ENFANCE", "", (), civility=""),
    ]
    file = read(guardians_file([ANNE, *homes]))
    assert [guardian.values["last_name"] for guardian in file.guardians] == ["MÉNARD"]
    assert [problem.message for problem in file.problems] == ["2 organisme(s) d’accueil laissé(s) de côté."]


def test_host_organisations_below_a_title_of_their_own() -> None:
    lines = "Organismes d'accueil;;;;\r\nM.;;ASSOCIATION ZÉPHYR;Le directeur;1 rue Neuve\r\n"
    file = read(guardians_file([ANNE], last_lines=lines))
    assert len(file.guardians) == 1
    assert [problem.message for problem in file.problems] == ["1 organisme(s) d’accueil laissé(s) de côté."]


@pytest.mark.parametrize("civility", ["M.", "MME", "Mme", "MLLE"])
def test_civilities(civility: str) -> None:
    [guardian] = read(guardians_file([replace(ANNE, civility=civility)])).guardians
    assert guardian.values["civility"] == civility


@pytest.mark.parametrize(
    "born", ["14/03/2018", "2018-03-14", "14-03-2018", "14.03.2018", "2018-03-14 00:00:00", "4/3/2018"]
)
def test_dates_of_both_forms(born: str) -> None:
    [pupil] = read(pupils_file([replace(ZOE, born=born)])).pupils
    assert pupil.values["birth_date"] in ("2018-03-14", "2018-03-04")


@pytest.mark.parametrize(
    "born", ["31/02/2018", "2018-13-01", "14/03/2031", "10/9/2026", "01/01/1900", "mars 2018", "14/03/18"]
)
def test_an_impossible_or_future_date_is_an_error_on_its_line(born: str) -> None:
    file = read(pupils_file([LEA, replace(ZOE, born=born)]))
    assert [pupil.values["last_name"] for pupil in file.pupils] == ["ŒILLET"]
    assert said(file) == [("error", 3, "Date naissance")]
    assert file.rejected == {("chatelain", "zoe")}


def test_a_birth_date_of_today_is_possible() -> None:
    assert read(pupils_file([replace(ZOE, born="09/09/2026")])).problems == []


@pytest.mark.parametrize("ine", ["123456789AB", "1111111111Z", "0999999999K"])
def test_ines_of_both_forms_are_kept_as_text(ine: str) -> None:
    [pupil] = read(pupils_file([replace(ZOE, ine=ine)])).pupils
    assert pupil.values["ine"] == ine


def test_an_ine_begins_with_zeros_and_has_spaces() -> None:
    [pupil] = read(pupils_file([replace(ZOE, ine=" 001 234 567 ab ")])).pupils
    assert pupil.values["ine"] == "001234567AB"


@pytest.mark.parametrize("ine", ["12345", "123456789A", "ABCDEFGHIJK", "1234567890A"])
def test_an_ine_of_another_shape_is_kept_and_said(ine: str) -> None:
    file = read(pupils_file([replace(ZOE, ine=ine)]))
    assert [pupil.values["ine"] for pupil in file.pupils] == [ine]
    assert said(file) == [("warning", 2, "INE")]


def test_a_repeated_ine_is_an_error_on_those_lines() -> None:
    tom = Pupil("ROUX", "Tom", ine=ZOE.ine)
    file = read(pupils_file([ZOE, LEA, tom]))
    assert [pupil.values["last_name"] for pupil in file.pupils] == ["ŒILLET"]
    assert said(file) == [("error", 2, "INE"), ("error", 4, "INE")]
    assert "lignes 2, 4" in file.problems[0].message


def test_an_empty_ine_is_a_to_do_and_the_pupil_stays() -> None:
    file = read(pupils_file([replace(ZOE, ine="")]))
    assert len(file.pupils) == 1
    assert said(file) == [("warning", 2, "INE")]


def test_a_missing_column_of_ine_is_one_warning() -> None:
    file = read(pupils_file([ZOE, LEA], titles=onde_files.PUPILS_UNTIL_2017))
    assert len(file.pupils) == 2
    assert said(file) == [("warning", 1, "INE")]


def test_spaces_of_a_class_label_are_folded_and_the_words_kept() -> None:
    long = "Classe  de   M Le Goff,  bâtiment des grands (étage)"
    [pupil] = read(pupils_file([replace(ZOE, room=long)])).pupils
    assert pupil.classroom == "Classe de M Le Goff, bâtiment des grands (étage)"


@pytest.mark.parametrize(
    ("level", "room", "expected"),
    [
        ("COURS ELEMENTAIRE 1", "Classe A", "CE1"),
        ("MOYENNE SECTION", "Classe A", "MS"),
        ("CM2", "Classe A", "CM2"),
        ("", "01 COURS PREPARATOIRE-COURS ELEMENTAIRE 1", "CP"),
        ("", "CM1-CM2 Mme Roux", "CM1"),
        ("", "Les Dauphins", None),
    ],
)
def test_levels_in_onde_s_words(level: str, room: str, expected: str | None) -> None:
    [pupil] = read(pupils_file([replace(ZOE, level=level, room=room)])).pupils
    assert (pupil.level, pupil.classroom) == (expected, room)


@pytest.mark.parametrize(
    ("mobile", "e164"),
    [
        ("06 12 34 56 78", "+33612345678"), ("06.12.34.56.78", "+33612345678"), ("0612345678", "+33612345678"),
        ("+33 6 12 34 56 78", "+33612345678"), ("0033612345678", "+33612345678"), ("+262 692 12 34 56", "+262692123456"),
        ("0690 00 12 34", "+590690001234"), ("+687 75 12 34", "+687751234"), ("+689 87 12 34 56", "+68987123456"),
    ],
)  # fmt: skip
def test_mobiles_are_read_and_kept_as_written(mobile: str, e164: str) -> None:
    file = read(guardians_file([replace(ANNE, mobile=mobile)]))
    assert (file.guardians[0].values["mobile"], file.problems) == (mobile, [])
    assert read_mobile(mobile).e164 == e164


@pytest.mark.parametrize(
    ("mobile", "flag", "words"),
    [
        ("05 61 00 00 01", LANDLINE, "fixe"),
        ("06 12", INVALID, "pas un numéro"),
        ("à demander", INVALID, "pas un numéro"),
    ],
)
def test_a_landline_or_no_number_is_kept_and_flagged(mobile: str, flag: str, words: str) -> None:
    file = read(guardians_file([replace(ANNE, mobile=mobile)]))
    assert file.guardians[0].values["mobile"] == mobile
    assert said(file) == [("warning", 2, "Téléphone portable")]
    assert words in file.problems[0].message
    assert (read_mobile(mobile).e164, read_mobile(mobile).flag) == (None, flag)


def test_the_regulator_s_fictional_numbers_are_for_the_demonstration() -> None:
    content = guardians_file([replace(ANNE, mobile="06 39 98 12 34")])
    assert said(read(content)) == [("warning", 2, "Téléphone portable")]
    assert read(content, allow_fictional=True).problems == []


@pytest.mark.parametrize(
    ("mail", "meant"),
    [("anne@gamil.com", "anne@gmail.com"), ("anne@hormail.fr", "anne@hotmail.fr"), ("anne@wanafoo.fr", "anne@wanadoo.fr"),
     ("anne@ootlook.fr", "anne@outlook.fr")],
)  # fmt: skip
def test_a_mistyped_domain_is_proposed_never_corrected(mail: str, meant: str) -> None:
    file = read(guardians_file([replace(ANNE, email=mail)]))
    assert file.guardians[0].values["email"] == mail
    assert said(file) == [("warning", 2, "Courriel")]
    assert meant in file.problems[0].message


def test_an_address_that_is_none_is_kept_and_said() -> None:
    file = read(guardians_file([replace(ANNE, email="anne chez free")]))
    assert file.guardians[0].values["email"] == "anne chez free"
    assert said(file) == [("warning", 2, "Courriel")]


@pytest.mark.parametrize("room", ["CE2 Mme Aubrac", "CP M. Le Goff"])
def test_a_pupil_listed_twice_for_two_levels_is_one_pupil(room: str) -> None:
    file = read(pupils_file([ZOE, replace(ZOE, level="CM1", room=room)]))
    assert [(pupil.line, pupil.classroom) for pupil in file.pupils] == [(2, "CE2 Mme Aubrac")]
    assert [problem.level for problem in file.problems] == ([] if room == ZOE.room else ["warning"])


def test_twins_and_homonyms_are_not_one_pupil() -> None:
    twin = replace(ZOE, first="Zélie", ine="323456789AB")
    homonym = replace(ZOE, born="01/07/2016", ine="423456789AB")
    assert len(read(pupils_file([ZOE, twin, homonym])).pupils) == 3


@pytest.mark.parametrize(("last", "first", "column"), [("", "Zoé", "Nom élève"), ("CHÂTELAIN", "", "Prénom élève")])
def test_a_missing_name_is_an_error(last: str, first: str, column: str) -> None:
    file = read(pupils_file([replace(ZOE, last=last, first=first)]))
    assert (file.pupils, said(file)) == ([], [("error", 2, column)])


def test_an_empty_birth_date_is_a_to_do_and_the_pupil_stays() -> None:
    file = read(pupils_file([replace(ZOE, born="")]))
    assert len(file.pupils) == 1
    assert said(file) == [("warning", 2, "Date naissance")]


def test_a_missing_column_of_birth_dates_is_one_warning() -> None:
    file = read(pupils_file([ZOE, LEA], titles=("Nom", "Prénom", "INE", "Classe")))
    assert len(file.pupils) == 2
    assert said(file) == [("warning", 1, None)]


def test_a_guardian_without_children_is_left_aside() -> None:
    file = read(guardians_file([ANNE, replace(ANNE, first="Luce", children=())]))
    assert [guardian.values["first_name"] for guardian in file.guardians] == ["Anne"]
    assert said(file) == [("warning", 3, None)]


def test_markup_is_text() -> None:
    [pupil] = read(pupils_file([replace(ZOE, last="<img src=x>", first="=2+2")])).pupils
    assert (pupil.values["last_name"], pupil.values["first_name"]) == ("<img src=x>", "=2+2")


def test_marks_that_no_screen_shows_are_taken_out() -> None:
    content = pupils_file([replace(ZOE, last="CHÂ\u202eTELAIN", first="Z\u200boé\x07")], encoding="utf-8")
    assert _names(content) == ["CHÂTELAIN Zoé"]


def test_thousands_of_problems_are_counted_not_listed() -> None:
    file = read(pupils_file([replace(ZOE, first=f"Zoé {n}", born="?") for n in range(700)]))
    assert len(file.problems) == 501
    assert file.problems[-1].message == "Et 200 autres lignes en erreur."
