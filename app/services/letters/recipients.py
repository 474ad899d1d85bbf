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
from app.services.records.grouped import Grouped, stricter_link
from app.services.records.protection import hides
from app.services.records.rows import SchoolRows
from app.services.roll import present_year


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
    has_ine: bool = True


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
    prefers_paper: bool = False
    """His own wish, said on the portal: no reminder, and a new password all the same where one is needed."""
    chosen: bool = True
    """The password in use is the guardian's own; False where a reset ended it and none was chosen since."""
    awaits_ine: bool = False
    """The school wants an INE before it notifies somebody first, and none of the children has one."""

    def declines(self, *, reset: bool) -> bool:
        """Whether he wants no letter like this one."""
        return self.wish is not None or (self.prefers_paper and self.chosen and not reset)

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
        year = present_year(rows)
        self._classrooms = {row["id"]: row for row in rows.all("classrooms")}
        enrolments = rows.where("enrolments", year_id=year["id"]) if year else []
        self._class_of = {row["pupil_id"]: row["classroom_id"] for row in enrolments}
        self._pupils = {row["id"]: row for row in rows.all("pupils")}
        self._grouped = Grouped.read(rows)
        self._links: dict[str, dict[str, Row]] = {}
        for link in rows.all("responsibilities"):
            mine = self._links.setdefault(self._grouped.guardian(link["guardian_id"]), {})
            mine[link["pupil_id"]] = stricter_link(mine.get(link["pupil_id"], link), link)
        self._with_former = with_former
        self._ine_wanted = bool(((rows.get("schools", rows.school_id) or {}).get("settings") or {}).get("require_ine"))

    def find(self, account_ids: Iterable[str]) -> list[Recipient]:
        """The recipients of the given accounts; accounts that are no longer there are passed over."""
        accounts = {row["id"]: row for row in self._rows.all("accounts")}
        asked = [accounts.get(self._rows.resolve(account_id)) for account_id in account_ids]
        standing = [self._grouped.account(account) for account in asked if account is not None]
        wanted = {account["id"]: account for account in standing}
        found = [self._recipient(account) for account in wanted.values()]
        return [recipient for recipient in found if recipient is not None]

    def _recipient(self, account: Row) -> Recipient | None:
        guardian = self._rows.get("guardians", account["guardian_id"])
        if guardian is None:
            return None
        children = self._children(guardian["id"])
        at_home = [child for child in children if _lives_with(guardian, child)]
        awaits_ine = self._ine_wanted and bool(children) and not any(child.has_ine for child in children)
        last, first = printed_name(guardian), effective(guardian, "first_name") or ""
        return Recipient(
            account_id=account["id"],
            guardian_id=guardian["id"],
            login=account["login"],
            state=AccountState(account["state"]),
            name=full_name(guardian),
            sort_key=(fold(last), fold(first)),
            salutation=texts.salutation(effective(guardian, "civility")),
            address=postal_address(guardian),
            language=effective(guardian, "language") or "fr",
            children=tuple(children),
            carrier=next(iter(at_home or children), None),
            by_post=bool(children) and not at_home,
            wish=Wish(guardian["wish"]) if guardian["wish"] else None,
            prefers_paper=bool(account["prefers_paper"]),
            chosen=bool(account["password_changed"]),
            awaits_ine=awaits_ine and account["state"] == AccountState.NOT_NOTIFIED,
        )

    def _children(self, guardian_id: str) -> list[Pupil]:
        """The children that he may follow on line, the youngest first; former ones only where there are no others."""
        links = self._links.get(guardian_id, {}).values()
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
            full_name=f"{printed_name(row)} {first}".strip(),
            birth_date=effective(row, "birth_date") or "",
            classroom_id=classroom["id"] if classroom else None,
            classroom=classroom["label"] if classroom else "",
            home=_home(row["address"], row["postal_code"]),
            has_ine=bool(effective(row, "ine")),
        )


def _is_open(link: Row) -> bool:
    return link["ended_on"] is None and link["access"] == Access.FULL


def full_name(guardian: Row) -> str:
    """« Mme Mireille CHÂTELAIN »."""
    name = f"{effective(guardian, 'first_name') or ''} {printed_name(guardian)}".strip()
    return "\u00a0".join(part for part in (texts.civility_label(effective(guardian, "civility")), name) if part)


def printed_name(row: Row) -> str:
    """The name that a person is called by: the nom d’usage where there is one."""
    return (effective(row, "usage_name") or effective(row, "last_name") or "").strip()


def _home(address: str | None, postal_code: str | None) -> tuple[str, str]:
    return fold(address or ""), fold(postal_code or "")


def _lives_with(guardian: Row, child: Pupil) -> bool:
    """False only where both addresses are known and differ: a sheet is never posted on a guess."""
    own = _home(effective(guardian, "address"), effective(guardian, "postal_code"))
    return not all(own) or not all(child.home) or own == child.home


def postal_address(guardian: Row) -> tuple[str, ...]:
    """The lines under the name; none where nothing is known."""
    street = effective(guardian, "address") or ""
    town = " ".join(part for part in (effective(guardian, "postal_code"), effective(guardian, "town")) if part)
    country = (effective(guardian, "country") or "").strip()
    abroad = country if fold(country) not in ("", "france") else ""
    return tuple(line.strip() for line in (*street.splitlines(), town, abroad) if line.strip())
