"""Who gets a sheet: the guardian of an account as paper names him, his children, and which of them takes it home."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.models.corrections import effective
from app.models.names import fold
from app.models.states import Access, AccountState, Wish
from app.models.tables import Row
from app.services.letters import texts
from app.services.letters.content import Child
from app.services.records.protection import hides
from app.services.records.rows import SchoolRows


@dataclass(frozen=True, slots=True)
class Pupil:
    """A child of a guardian, in this year's class."""

    pupil_id: str
    first_name: str
    full_name: str
    """« AUBRAC Tristan », as lists name pupils."""
    birth_date: str
    classroom_id: str | None
    classroom: str
    home: tuple[str, str]
    """Address and postal code, folded, to be compared."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """One account and what its sheet needs. Children are in order of age, the youngest first."""

    account_id: str
    guardian_id: str
    login: str | None
    state: AccountState
    name: str
    """« Mme Mireille CHÂTELAIN »."""
    sort_key: tuple[str, str]
    salutation: str
    address: tuple[str, ...]
    language: str
    children: tuple[Pupil, ...]
    carrier: Pupil | None
    """The child who takes the sheet home; None where there is no child."""
    by_post: bool
    """The guardian lives with none of the children, at an address that is known."""
    wish: Wish | None = None

    @property
    def addressee(self) -> tuple[str, ...]:
        return (self.name, *self.address)

    @property
    def printed_children(self) -> tuple[Child, ...]:
        return tuple(Child(child.first_name, child.classroom) for child in self.children)


class Recipients:
    """Recipients of one school, from its rows; the tables are read once."""

    def __init__(self, rows: SchoolRows, *, with_former: bool = False) -> None:
        self._rows = rows
        year = max(rows.all("school_years"), key=lambda row: row["starts_on"], default=None)
        self._classrooms = {row["id"]: row for row in rows.all("classrooms")}
        enrolments = rows.where("enrolments", year_id=year["id"]) if year else []
        self._class_of = {row["pupil_id"]: row["classroom_id"] for row in enrolments}
        self._pupils = {row["id"]: row for row in rows.all("pupils")}
        self._links: dict[str, list[Row]] = {}
        for link in rows.all("responsibilities"):
            self._links.setdefault(link["guardian_id"], []).append(link)
        self._with_former = with_former

    def find(self, account_ids: Iterable[str]) -> list[Recipient]:
        """The recipients of the given accounts; accounts that are no longer there are passed over."""
        accounts = {row["id"]: row for row in self._rows.all("accounts")}
        wanted = dict.fromkeys(self._rows.resolve(account_id) for account_id in account_ids)
        found = [self._recipient(accounts[account_id]) for account_id in wanted if account_id in accounts]
        return [recipient for recipient in found if recipient is not None]

    def _recipient(self, account: Row) -> Recipient | None:
        guardian = self._rows.get("guardians", account["guardian_id"])
        if guardian is None:
            return None
        children = self._children(guardian["id"])
        at_home = [child for child in children if _lives_with(guardian, child)]
        civility = effective(guardian, "civility")
        last, first = _printed_name(guardian), effective(guardian, "first_name") or ""
        name = "\u00a0".join(part for part in (texts.civility_label(civility), f"{first} {last}".strip()) if part)
        return Recipient(
            account_id=account["id"],
            guardian_id=guardian["id"],
            login=account["login"],
            state=AccountState(account["state"]),
            name=name,
            sort_key=(fold(last), fold(first)),
            salutation=texts.salutation(civility),
            address=_address(guardian),
            language=effective(guardian, "language") or "fr",
            children=tuple(children),
            carrier=next(iter(at_home or children), None),
            by_post=bool(children) and not at_home,
            wish=Wish(guardian["wish"]) if guardian["wish"] else None,
        )

    def _children(self, guardian_id: str) -> list[Pupil]:
        """The children that he may follow on line, the youngest first; former ones only where there are no others."""
        links = self._links.get(guardian_id, [])
        current = {link["pupil_id"] for link in links if _is_open(link) and self._is_here(link)}
        if not current and self._with_former:
            former = [link for link in links if link["pupil_id"] in self._pupils]
            current = {
                link["pupil_id"]
                for link in former
                if not hides(self._rows, self._pupils[link["pupil_id"]], link["guardian_id"])
            }
        children = [self._pupil(pupil_id) for pupil_id in current]
        return sorted(children, key=lambda child: (child.birth_date, child.full_name, child.pupil_id), reverse=True)

    def _is_here(self, link: Row) -> bool:
        """A sheet names school and class: none is made for who must not learn them."""
        pupil = self._pupils.get(link["pupil_id"])
        return pupil is not None and pupil["left_on"] is None and not hides(self._rows, pupil, link["guardian_id"])

    def _pupil(self, pupil_id: str) -> Pupil:
        row = self._pupils[pupil_id]
        classroom = self._classrooms.get(self._class_of.get(pupil_id) or "")
        first = effective(row, "first_name") or ""
        return Pupil(
            pupil_id=pupil_id,
            first_name=first,
            full_name=f"{_printed_name(row)} {first}".strip(),
            birth_date=effective(row, "birth_date") or "",
            classroom_id=classroom["id"] if classroom else None,
            classroom=classroom["label"] if classroom else "",
            home=_home(row["address"], row["postal_code"]),
        )


def _is_open(link: Row) -> bool:
    return link["ended_on"] is None and link["access"] == Access.FULL


def _printed_name(row: Row) -> str:
    return (effective(row, "usage_name") or effective(row, "last_name") or "").strip()


def _home(address: str | None, postal_code: str | None) -> tuple[str, str]:
    return fold(address or ""), fold(postal_code or "")


def _lives_with(guardian: Row, child: Pupil) -> bool:
    """False only where both addresses are known and differ: a sheet is never posted on a guess."""
    own = _home(effective(guardian, "address"), effective(guardian, "postal_code"))
    return not all(own) or not all(child.home) or own == child.home


def _address(guardian: Row) -> tuple[str, ...]:
    street = effective(guardian, "address") or ""
    town = " ".join(part for part in (effective(guardian, "postal_code"), effective(guardian, "town")) if part)
    country = (effective(guardian, "country") or "").strip()
    abroad = country if fold(country) not in ("", "france") else ""
    return tuple(line.strip() for line in (*street.splitlines(), town, abroad) if line.strip())
