"""How many fields, mails and texts each scenario costs a parent, counted on the real pages; the table is in docs/portail.md."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

import httpx
import pytest

from app.services.sealing import SheetSecret
from tests.conftest import FakeClock
from tests.server.portal.accounts import SECOND_GUARDIANS, SECOND_PUPILS, inside
from tests.server.portal.creating import MOBILE, NOE, ZOE, another_school, code_of
from tests.server.portal.federation.test_scenario_a import house
from tests.server.portal.household import PASSWORD, YOUNGEST, Household, household
from tests.server.portal.test_activation import link_of
from tests.server.portal.test_mails import link_in, send

TABLE = Path(__file__).resolve().parents[3] / "docs" / "portail.md"
DATE = ("jour", "mois", "annee")
"""Three boxes of one question: counted as one field, here and in the deck."""


@pytest.fixture
def home(tmp_path: Path, clock: FakeClock) -> Iterator[Household]:
    """One kind of base is enough to count."""
    with household(tmp_path, clock) as made:
        yield made


@dataclass(frozen=True, slots=True)
class Cost:
    """What a scenario asks of somebody who fills in everything, optional fields too."""

    fields: int
    mails: int
    texts: int


class _Fields(HTMLParser):
    """The names of the fields of one form that a person sees."""

    def __init__(self, action: str) -> None:
        super().__init__()
        self._action, self._inside, self.names = action, False, set[str]()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        if tag == "form":
            self._inside = told.get("action") == self._action
        elif self._inside and tag in ("input", "select", "textarea") and told.get("type") != "hidden":
            name = told.get("name") or ""
            self.names.add("date" if name in DATE else name)

    def handle_endtag(self, tag: str) -> None:
        self._inside = self._inside and tag != "form"


@dataclass
class Counting:
    """A parent whose every filled-in form is counted."""

    parent: httpx.Client
    fields: int = 0
    forms: list[str] = field(default_factory=list)

    def fill(self, page: httpx.Response, action: str, **values: str) -> httpx.Response:
        """Fill in the form of that page that goes to ``action``, hidden fields as they are."""
        form = _Fields(action)
        form.feed(page.text)
        assert form.names or not values, f"{page.url.path} has no form for {action}"
        self.fields += len(form.names)
        self.forms.append(action)
        hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.text))
        return self.parent.post(action, data={**hidden, **values})


def dated(date: tuple[str, str, str]) -> dict[str, str]:
    return dict(zip(DATE, date, strict=True))


def children(counting: Counting, page: httpx.Response) -> httpx.Response:
    while page.url.path == "/creer/enfants":
        page = counting.fill(page, "/creer/enfants", **dated(ZOE if "Zoé" in page.text else NOE))
    return page


def spent(home: Household, counting: Counting) -> Cost:
    return Cost(counting.fields, len(home.server.caught.mails), len(home.server.texts.texts))


def by_a_provider(folder: Path) -> Cost:
    with house(folder) as made, made.home.parent() as parent:
        counting = Counting(parent)
        page = counting.fill(made.leave(parent, "marc"), "/creer", portable=MOBILE)
        page = counting.fill(page, "/creer/code", code=code_of(made.home))
        page = counting.fill(children(counting, page), "/creer/mot-de-passe")
        assert page.url.path == "/enfants" and "Noé" in page.text
        return spent(made.home, counting)


@contextmanager
def counted(home: Household) -> Iterator[Counting]:
    with home.parent() as parent:
        yield Counting(parent)


def by_a_mobile(home: Household, folder: Path) -> Cost:
    with counted(home) as counting:
        page = counting.fill(counting.parent.get("/creer"), "/creer", nom="Dupont", prenom="Marc", portable=MOBILE)
        page = counting.fill(page, "/creer/code", code=code_of(home))
        page = counting.fill(children(counting, page), "/creer/mot-de-passe", mot_de_passe=PASSWORD)
        assert page.url.path == "/enfants" and "Noé" in page.text
        return spent(home, counting)


def activated(home: Household, counting: Counting, page: httpx.Response, email: str) -> Cost:
    everything = {"mot_de_passe": PASSWORD, "portable": MOBILE, "courriel": email}
    page = counting.fill(page, "/activation", **dated(YOUNGEST), **everything)
    if email:
        counting.fill(counting.parent.get(link_of(home)), "/confirmation")
    assert "Noé" in counting.parent.get("/enfants").text
    return spent(home, counting)


def sheet_of(home: Household, folder: Path) -> SheetSecret:
    secret = home.print_sheet(folder / "sheets")
    home.desk.sync()
    assert secret is not None
    return secret


def by_the_code_of_a_sheet(home: Household, folder: Path) -> Cost:
    secret = sheet_of(home, folder)
    with counted(home) as counting:
        return activated(home, counting, counting.parent.get(f"/a/{secret.token}"), "marc@example.org")


def by_what_is_printed(home: Household, folder: Path) -> Cost:
    secret = sheet_of(home, folder)
    with counted(home) as counting:
        typed = {"identifiant": home.account()["login"], "mot_de_passe": secret.password}
        page = counting.fill(counting.parent.get("/feuille"), "/connexion", **typed)
        return activated(home, counting, page, "marc@example.org")


def by_the_mail_of_the_school(home: Household, folder: Path) -> Cost:
    send(home, "Marc")
    address = link_in(home.server.caught.wait()[0])
    with counted(home) as counting:
        return activated(home, counting, counting.parent.get(address), "")


def children_of_another_account(home: Household, folder: Path) -> Cost:
    guardians = SECOND_GUARDIANS.format(last="DUPONT", first="Marc")
    with (
        another_school(home, folder / "other", SECOND_PUPILS, guardians) as other,
        inside(home, folder / "sheets") as parent,
    ):
        secret, counting = sheet_of(other, folder / "other"), Counting(parent)
        typed = {"identifiant": other.account()["login"], "mot_de_passe": secret.password}
        page = counting.fill(parent.get("/enfants/ajouter"), "/enfants/ajouter", **typed)
        assert "Léo" in counting.fill(page, "/enfants/ajouter/confirmer").text
        return spent(home, counting)


SCENARIOS: Mapping[str, Callable[[Household, Path], Cost]] = {
    "B, auto-inscription": by_a_mobile,
    "C, code carré de la feuille": by_the_code_of_a_sheet,
    "C, feuille recopiée": by_what_is_printed,
    "C, courriel de l’école": by_the_mail_of_the_school,
    "Ajouter des enfants": children_of_another_account,
}
FEDERATED = "A, FranceConnect"


def costs_in_the_table() -> dict[str, tuple[Cost, Cost]]:
    """(the deck's, ours) of each scenario, as docs/portail.md has them: « 7 → 4 »."""
    found = {}
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        pairs = [re.fullmatch(r"(\d+) → (\d+)", cell) for cell in cells[1:4]]
        if len(pairs) == 3 and all(pairs):
            numbers = [(int(pair[1]), int(pair[2])) for pair in pairs if pair]
            found[cells[0]] = (Cost(*(deck for deck, _ours in numbers)), Cost(*(ours for _deck, ours in numbers)))
    return found


def test_the_table_has_every_scenario_and_none_costs_more_than_the_decks() -> None:
    table = costs_in_the_table()
    assert set(table) == {FEDERATED, *SCENARIOS}
    for name, (deck, ours) in table.items():
        assert ours.fields <= deck.fields and ours.mails <= deck.mails and ours.texts <= deck.texts, name
        assert ours.fields < deck.fields or not name.startswith("C"), name


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_real_pages_cost_what_the_table_says(home: Household, tmp_path: Path, name: str) -> None:
    assert SCENARIOS[name](home, tmp_path) == costs_in_the_table()[name][1]


def test_a_provider_costs_what_the_table_says(tmp_path: Path) -> None:
    assert by_a_provider(tmp_path) == costs_in_the_table()[FEDERATED][1]
