"""From recipients to numbered sheets: who goes with which class, in which order, and what each cover page says."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

from app.models.clock import parse_instant
from app.models.codes import LEVELS
from app.models.help_codes import shown_code
from app.models.names import fold
from app.models.secrets import SHEET_LIFE, activation_address
from app.models.states import Letter
from app.models.tables import Row
from app.services.letters import texts
from app.services.letters.back import printed_language
from app.services.letters.content import Booklet, CoverLine, SchoolHead, SheetContent
from app.services.letters.recipients import Pupil, Recipient

GroupKey = tuple[bool, str]
"""(by post, class id or empty)."""

Place = tuple[bool, str, int]
"""(by post, class id or empty, number): where a sheet stands in its batch."""


@dataclass(frozen=True, slots=True)
class PlannedSheet:
    """One sheet to be made: for whom, which letter, and its place « 7 / 24 » in its group."""

    recipient: Recipient
    letter: Letter
    group: str
    """« CE2B », « Envoi postal »."""
    by_post: bool
    classroom_id: str | None
    classroom: str
    number: int
    total: int

    @property
    def with_secret(self) -> bool:
        return self.letter is not Letter.C03

    @property
    def key(self) -> GroupKey:
        return (True, "") if self.by_post else (False, self.classroom_id or "")

    @property
    def place(self) -> Place:
        return (*self.key, self.number)


@dataclass(frozen=True, slots=True)
class SheetTexts:
    """What the making of a sheet adds to its plan; ``password`` and ``token`` are None on a reminder."""

    password: str | None
    token: str | None
    deadline: date | None


def number_sheets(letters: Sequence[tuple[Recipient, Letter]]) -> list[PlannedSheet]:
    """Group by class (the child who takes the sheet home), then number; what goes by post makes the last group."""
    groups: dict[GroupKey, list[tuple[Recipient, Letter]]] = {}
    for recipient, letter in letters:
        groups.setdefault(_key(recipient), []).append((recipient, letter))
    ordered = sorted(groups.items(), key=lambda item: _group_order(item[0], item[1][0][0]))
    return [sheet for key, members in ordered for sheet in _numbered(key, members)]


def _key(recipient: Recipient) -> GroupKey:
    if recipient.by_post:
        return True, ""
    return False, (recipient.carrier.classroom_id if recipient.carrier else None) or ""


def _group_order(key: GroupKey, first: Recipient) -> tuple[bool, bool, int, str, str]:
    """Classes in the order of the school (« CP A » before « CE1 »), then « Sans classe », then the post."""
    label = fold(_classroom(first))
    levels = [rank for rank, level in enumerate(LEVELS) if label.replace(" ", "").startswith(level.casefold())]
    return key[0], not key[1], min(levels, default=len(LEVELS)), label, key[1]


def _numbered(key: GroupKey, members: list[tuple[Recipient, Letter]]) -> list[PlannedSheet]:
    members.sort(key=lambda member: _place(member[0]))
    return [
        PlannedSheet(
            recipient=recipient,
            letter=letter,
            group=group_label(by_post=key[0], classroom=_classroom(recipient)),
            by_post=key[0],
            classroom_id=recipient.carrier.classroom_id if recipient.carrier else None,
            classroom=_classroom(recipient),
            number=number,
            total=len(members),
        )
        for number, (recipient, letter) in enumerate(members, start=1)
    ]


def group_label(*, by_post: bool, classroom: str | None) -> str:
    """How a group of sheets is called on paper and on screen."""
    return texts.POST_GROUP if by_post else classroom or texts.NO_CLASS_GROUP


def _classroom(recipient: Recipient) -> str:
    return recipient.carrier.classroom if recipient.carrier else ""


def _place(recipient: Recipient) -> tuple[str, str, str, str]:
    return fold(recipient.carrier.full_name if recipient.carrier else ""), *recipient.sort_key, recipient.account_id


@dataclass(frozen=True, slots=True)
class Press:
    """What all the papers of one batch share: the school's head, its portal, the day of printing."""

    school: Row
    printed_on: date
    batch_number: str

    @property
    def head(self) -> SchoolHead:
        return school_head(self.school)

    @property
    def dated(self) -> str:
        day = texts.day_in_words(self.printed_on)
        town = (self.school["town"] or "").strip()
        return texts.PLACE_AND_DATE.format(town=town, day=day) if town else texts.DAY_ALONE.format(day=day)

    def deadline(self, letter: Letter, expires_at: str | None = None) -> date | None:
        """The day before which the sheet surely works; None on a reminder.

        The server counts from its acceptance, which comes after printing: until it has spoken, the day of printing
        gives a date that is never too late.
        """
        if letter is Letter.C03:
            return None
        return day_of(expires_at, self.school) if expires_at else self.printed_on + sheet_life(self.school)

    def sheet(self, planned: PlannedSheet, made: SheetTexts) -> SheetContent:
        """The content of one sheet."""
        recipient, portal = planned.recipient, self.school["portal_url"]
        carrier = recipient.carrier
        return SheetContent(
            letter=planned.letter,
            addressee=recipient.addressee,
            salutation=recipient.salutation,
            children=recipient.printed_children,
            carrier=() if planned.by_post or carrier is None else (carrier.full_name, carrier.classroom),
            login=recipient.login or "",
            password=made.password,
            link=activation_address(portal, made.token) if made.token else portal,
            dated=self.dated,
            group=planned.group,
            number=planned.number,
            total=planned.total,
            batch=self.batch_number,
            deadline=texts.day_in_words(made.deadline) if made.deadline else "",
            last_day=made.deadline,
            language=printed_language(recipient.language),
        )

    def booklets(
        self,
        sheets: Sequence[PlannedSheet],
        made: Mapping[Place, SheetTexts],
        notes: Mapping[Place, str] = MappingProxyType({}),
    ) -> tuple[Booklet, ...]:
        """The papers of a batch, group by group. Only ``made`` sheets are drawn; ``notes`` go on the lists."""
        groups: dict[GroupKey, list[PlannedSheet]] = {}
        for sheet in sheets:
            groups.setdefault(sheet.key, []).append(sheet)
        return tuple(
            Booklet(
                group=members[0].group,
                by_post=key[0],
                batch=self.batch_number,
                dated=self.dated,
                lines=cover_lines(key, sheets, notes),
                sheets=tuple(self.sheet(sheet, made[sheet.place]) for sheet in drawn),
            )
            for key, members in groups.items()
            if (drawn := [sheet for sheet in members if sheet.place in made])
        )


def cover_lines(key: GroupKey, sheets: Sequence[PlannedSheet], notes: Mapping[Place, str]) -> tuple[CoverLine, ...]:
    """The list of one group: its own sheets to tick and, for a class, where the other guardians' sheets went."""
    if key[0]:
        return tuple(_post_line(sheet, notes.get(sheet.place)) for sheet in sheets if sheet.by_post)
    found = []
    for sheet in sheets:
        for child in sheet.recipient.children:
            if (child.classroom_id or "") == key[1]:
                line = _class_line(sheet, child, notes.get(sheet.place, ""), here=sheet.key == key)
                found.append((fold(child.full_name), line.number or 0, sheet.recipient.sort_key, line))
    return tuple(line for *_, line in sorted(found, key=lambda entry: entry[:3]))


def _post_line(sheet: PlannedSheet, note: str | None) -> CoverLine:
    child = sheet.recipient.carrier
    pupil = f"{child.full_name} ({child.classroom})" if child else ""
    return CoverLine(sheet.number, pupil, sheet.recipient.name, note or sheet.recipient.addressee[-1])


def _class_line(sheet: PlannedSheet, child: Pupil, note: str, *, here: bool) -> CoverLine:
    carrier = sheet.recipient.carrier
    if here and carrier is not None and carrier.pupil_id == child.pupil_id:
        return CoverLine(sheet.number, child.full_name, sheet.recipient.name, note)
    if sheet.by_post or carrier is None:
        return CoverLine(None, child.full_name, sheet.recipient.name, texts.BY_POST)
    elsewhere = texts.ELSEWHERE.format(group=sheet.group, pupil=carrier.first_name)
    return CoverLine(None, child.full_name, sheet.recipient.name, elsewhere)


def school_head(school: Row) -> SchoolHead:
    """The school's own lines, from its row."""
    town = " ".join(part for part in (school["postal_code"], school["town"]) if part)
    title, name = school["signatory_title"], school["signatory_name"]
    signed = texts.SIGNED.format(title=title, name=name) if title and name else title or name or ""
    return SchoolHead(
        name=school["name"],
        uai=school["uai"] or "",
        address=", ".join(part for part in (school["address"], town) if part),
        phone=school["phone"] or "",
        email=school["email"] or "",
        signatory=signed,
        portal=re.sub(r"^https?://", "", school["portal_url"] or "").rstrip("/"),
        hours=school["opening_hours"] or "",
        help_code=shown_code(school["id"]) if school["portal_url"] else "",
    )


def sheet_life(school: Row) -> timedelta:
    """How long a sheet of this school works, from the server's acceptance."""
    days = (school["settings"] or {}).get("sheet_life_days")
    return timedelta(days=days) if days else SHEET_LIFE


def day_of(instant: str, school: Row) -> date:
    """The day of a stored instant where the school is."""
    return parse_instant(instant).astimezone(ZoneInfo(school["timezone"] or "Europe/Paris")).date()
