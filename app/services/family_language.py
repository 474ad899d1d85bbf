"""The language of a family: asked once, kept on the guardian's record, used beside French on sheets and in mails."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.models.acts import CorrectFields
from app.models.corrections import effective
from app.models.errors import Refused
from app.services import languages
from app.services.desk import Desk
from app.services.languages import Language
from app.services.letters.back import missing_letters
from app.services.letters.recipients import Recipient
from app.services.records.journal import SubmittedAct, submit
from app.services.records.rows import SchoolRows


@dataclass(frozen=True, slots=True)
class LanguageChoice:
    """A language as a menu shows it."""

    code: str
    label: str
    """« arabe (العربية) »; « français » first."""
    printable: bool
    """Whether our fonts have its letters; mails need none."""


def language_choices() -> tuple[LanguageChoice, ...]:
    """French, then every language that has a catalogue, in the order of their French names."""
    others = (
        LanguageChoice(one.code, f"{one.french_name} ({one.name})", not missing_letters(one))
        for one in languages.languages()
    )
    return (LanguageChoice(languages.FRENCH, languages.named(languages.FRENCH), True), *others)


def family_language(desk: Desk, *, school_id: str, guardian_id: str) -> str:
    """The code of the language of a guardian; French where nobody said another. Raises NotFound."""
    with desk.vault.read() as connection:
        guardian = SchoolRows(connection, school_id).need("guardians", guardian_id)
    return effective(guardian, "language") or languages.FRENCH


def set_family_language(desk: Desk, *, school_id: str, guardian_id: str, code: str) -> SubmittedAct | None:
    """Write the language of a guardian; None where it is that already.

    Raises NotFound, and Refused for a language without a catalogue.
    """
    if code != languages.FRENCH and languages.find(code) is None:
        raise Refused("language_unknown", f"Préau n’a pas de traduction dans cette langue : {code}.")
    seen = family_language(desk, school_id=school_id, guardian_id=guardian_id)
    if seen == code:
        return None
    with desk.vault.read() as connection:
        stored = effective(SchoolRows(connection, school_id).need("guardians", guardian_id), "language")
    changes = {"language": (stored, None if code == languages.FRENCH else code)}
    fields = CorrectFields(record_id=guardian_id, changes=changes)
    return submit(desk, school_id=school_id, kind="responsable.corriger", fields=fields)


def language_warnings(
    recipients: Sequence[Recipient], *, find: Callable[[str], Language | None] = languages.find
) -> tuple[str, ...]:
    """What to know before sheets in two languages are printed, a sentence each."""
    translated: list[str] = []
    found = []
    for recipient in recipients:
        language = find(recipient.language)
        if language is not None and not missing_letters(language):
            translated.append(language.french_name)
        elif recipient.language != languages.FRENCH:
            found.append(_in_french_only(recipient, language))
    if translated:
        count, many = len(translated), "s" * (len(translated) > 1)
        names = ", ".join(sorted(set(translated)))
        sentence = f"{count}\u00a0feuille{many} avec une traduction au dos ({names}) : imprimez recto verso."
        found.insert(0, sentence)
    return tuple(found)


def _in_french_only(recipient: Recipient, language: Language | None) -> str:
    name = language.french_name if language else recipient.language
    why = "les polices n’en ont pas les lettres" if language else "il n’y en a pas de traduction"
    return f"En français seulement pour {recipient.name} ({name}) : {why}."
