from __future__ import annotations

from pathlib import Path

import polib
import pytest

from app.services import languages
from app.services.letters import texts
from tests.support.catalogues import sentences, update

ALL = languages.languages()


def _write(folder: Path, code: str, words: dict[str, str], **header: str) -> None:
    catalogue = polib.POFile()
    catalogue.metadata = {"Language": code, "Content-Type": "text/plain; charset=UTF-8", **header}
    for french, translated in words.items():
        catalogue.append(polib.POEntry(msgid=french, msgstr=translated))
    path = folder / code / "LC_MESSAGES" / "preau.po"
    path.parent.mkdir(parents=True)
    catalogue.save(str(path))


def test_english_arabic_and_turkish_are_there() -> None:
    assert [(one.code, one.name, one.is_rtl) for one in ALL] == [
        ("en", "English", False), ("ar", "العربية", True), ("tr", "Türkçe", False),
    ]  # fmt: skip


@pytest.mark.parametrize("language", ALL, ids=lambda one: one.code)
def test_every_sentence_is_translated_and_none_is_left_over(language: languages.Language) -> None:
    path = languages.LOCALES / language.code / "LC_MESSAGES" / "preau.po"
    assert {entry.msgid for entry in polib.pofile(str(path))} == set(sentences())
    assert [one.text for one in sentences().values() if not one.many and one.text not in language.words] == []
    several = [entry for entry in polib.pofile(str(path)) if entry.msgid_plural]
    assert [entry.msgid for entry in several if not all(entry.msgstr_plural.values())] == []
    assert {entry.msgid for entry in several} == {one.text for one in sentences().values() if one.many}


@pytest.mark.parametrize("language", ALL, ids=lambda one: one.code)
def test_nobody_has_read_the_translations_again_yet(language: languages.Language) -> None:
    assert not language.reviewed


def test_adding_a_language_is_adding_a_catalogue(tmp_path: Path) -> None:
    _write(tmp_path, "tlh", {texts.LOGIN: "pong"}, **{
        "X-Preau-Name": "tlhIngan Hol", "X-Preau-French-Name": "klingon", "X-Preau-Reviewed-By": "Marc",
    })  # fmt: skip
    [language] = languages.languages(tmp_path)
    assert (language.code, language.french_name, language.reviewed) == ("tlh", "klingon", True)
    assert language.translate(texts.LOGIN) == "pong"
    assert languages.named("tlh", tmp_path) == "klingon"


def test_what_is_not_translated_stays_in_french_and_says_so(tmp_path: Path) -> None:
    _write(tmp_path, "tlh", {texts.LOGIN: ""})
    [language] = languages.languages(tmp_path)
    assert language.translate(texts.LOGIN) == "[fr] Identifiant"
    assert language.words_for("05 61 00 00 00") == "05 61 00 00 00"


@pytest.mark.parametrize("wrong", ["Call {telephone}", "Call us", "Call {phone", "Call {phone} {phone!r:{x}}"])
def test_a_translation_that_names_other_things_is_passed_over(tmp_path: Path, wrong: str) -> None:
    _write(tmp_path, "xx", {texts.CONTACT_PHONE: wrong})
    [language] = languages.languages(tmp_path)
    assert language.translate(texts.CONTACT_PHONE) == "[fr] " + texts.CONTACT_PHONE


PERCENT = "Bonjour %(name)s"


@pytest.mark.parametrize("wrong", ["Hello", "Hello %(nom)s", "Hello %s", "Hello %(name)d", "%(name)s: 100 %"])
def test_so_is_one_that_names_other_things_on_a_page(tmp_path: Path, wrong: str) -> None:
    _write(tmp_path, "xx", {PERCENT: wrong})
    [language] = languages.languages(tmp_path)
    assert language.words_for(PERCENT) == PERCENT


@pytest.mark.parametrize("count", [0, 1, 2, 3, 11, 100])
@pytest.mark.parametrize("language", ALL, ids=lambda one: one.code)
def test_a_number_takes_the_plural_of_its_language(language: languages.Language, count: int) -> None:
    known = language.plural("%(num)s appareil", "%(num)s appareils", count)
    assert known != languages.french_plural("%(num)s appareil", "%(num)s appareils", count)
    unknown = ("%(num)s jeton", "%(num)s jetons", count)
    assert language.plural(*unknown) == languages.french_plural(*unknown)


def test_a_plural_may_leave_the_number_out_and_may_name_nothing_else(tmp_path: Path) -> None:
    catalogue = polib.POFile()
    catalogue.metadata = {"Content-Type": "text/plain; charset=UTF-8", "Plural-Forms": "nplurals=2; plural=(n != 1);"}
    forms = {0: "one thing", 1: "%(count)s things"}
    catalogue.append(polib.POEntry(msgid="%(num)s chose", msgid_plural="%(num)s choses", msgstr_plural=forms))
    path = tmp_path / "xx" / "LC_MESSAGES" / "preau.po"
    path.parent.mkdir(parents=True)
    catalogue.save(str(path))
    [language] = languages.languages(tmp_path)
    assert language.plural("%(num)s chose", "%(num)s choses", 1) == "one thing"
    assert language.plural("%(num)s chose", "%(num)s choses", 2) == "%(num)s choses"


def test_a_rule_of_plurals_that_is_none_is_no_language(tmp_path: Path) -> None:
    _write(tmp_path, "xx", {texts.LOGIN: "x"}, **{"Plural-Forms": "nplurals=2; plural=__import__('os');"})
    assert languages.languages(tmp_path) == ()


@pytest.mark.parametrize("code", ["fr", "", None, "..", "../ar", "zz", "a/b", "C:"])
def test_a_code_without_a_catalogue_is_no_language(code: str | None) -> None:
    assert languages.find(code) is None


def test_a_catalogue_that_cannot_be_read_is_no_language(tmp_path: Path) -> None:
    path = tmp_path / "xx" / "LC_MESSAGES" / "preau.po"
    path.parent.mkdir(parents=True)
    path.write_bytes(b'msgid "\xff\nmsgstr nothing')
    assert languages.languages(tmp_path) == ()


def test_bringing_a_catalogue_up_to_date_keeps_its_translations_and_its_header(tmp_path: Path) -> None:
    _write(tmp_path, "tlh", {texts.LOGIN: "pong", "Phrase disparue": "x"}, **{"X-Preau-Name": "tlhIngan Hol"})
    update("tlh", tmp_path)
    [language] = languages.languages(tmp_path)
    assert (language.name, language.words) == ("tlhIngan Hol", {texts.LOGIN: "pong"})
    entries = polib.pofile(str(tmp_path / "tlh" / "LC_MESSAGES" / "preau.po"))
    assert {entry.msgid for entry in entries if not entry.obsolete} == set(sentences())
