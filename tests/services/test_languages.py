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
    assert [sentence for sentence in sentences() if sentence not in language.words] == []


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
