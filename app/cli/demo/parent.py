"""A parent, played over HTTP as a browser without scripts would: the sheet, the form, the mail, the children."""

from __future__ import annotations

import re
from dataclasses import dataclass

import requests

from app.cli.demo.mailbox import Mailbox, link_in

PASSWORD = "un parapluie rouge"  # noqa: S105 - of an invented parent


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is printed on the sheet that the child took home, and the birth date that the parent knows."""

    login: str
    token: str
    birth_date: str


class Parent:
    """One browser."""

    def __init__(self, portal: str) -> None:
        self._portal = portal
        self._session = requests.Session()
        self._session.trust_env = False  # the loopback needs no proxy
        self._session.headers["Origin"] = portal

    def activate(self, sheet: Sheet, *, email: str | None, mailbox: Mailbox) -> None:
        """From the QR code to « Mes enfants ». Raises RuntimeError where the portal says something else."""
        year, month, day = sheet.birth_date.split("-")
        self._get(f"{self._portal}/a/{sheet.token}")
        form = {"jour": day, "mois": month, "annee": year, "courriel": email or "", "mot_de_passe": PASSWORD}
        count = len(mailbox.mails)
        page = self._post("/activation", form)
        if email is not None:
            self._get(link_in(mailbox.wait(count + 1)))
            page = self._post("/confirmation", {})
        if not any(word in page for word in ("activé", "Mes enfants", "/conditions/accepter")):
            raise RuntimeError("the portal did not activate the account")
        if "/conditions/accepter" in self._get(f"{self._portal}/enfants"):
            self._post("/conditions/accepter", {})

    def begin(self, sheet: Sheet, *, email: str) -> None:
        """Fill in the form and forget the mail."""
        year, month, day = sheet.birth_date.split("-")
        self._get(f"{self._portal}/a/{sheet.token}")
        self._post(
            "/activation", {"jour": day, "mois": month, "annee": year, "courriel": email, "mot_de_passe": PASSWORD}
        )

    def guess(self, sheet: Sheet) -> None:
        """Give a wrong birth date."""
        self._get(f"{self._portal}/a/{sheet.token}")
        self._session.post(
            f"{self._portal}/activation",
            data={"jour": "1", "mois": "1", "annee": "2015", "mot_de_passe": PASSWORD}, timeout=30,
        )  # fmt: skip

    def read_livret(self, login: str) -> None:
        """Log in, open the first document of the livret and say that it was read. Raises RuntimeError where there is none."""
        self._post("/connexion", {"identifiant": login, "mot_de_passe": PASSWORD})
        address = self._first_document()
        document = re.search(r'name="document" value="([0-9a-f]+)"', self._get(self._portal + address))
        if document is None or "Pris connaissance" not in self._post(f"{address}/lu", {"document": document[1]}):
            raise RuntimeError("the portal did not note that the document was read")

    def _first_document(self) -> str:
        """The address of a document of one of the children."""
        page = self._get(f"{self._portal}/livrets")
        others = (self._get(self._portal + path) for path in re.findall(r'href="(/livrets\?enfant=[^"]+)"', page))
        for shown in (page, *others):
            if found := re.search(r'href="(/livrets/[^"/.]+)"', shown):
                return found[1]
        raise RuntimeError("the portal shows no document of the livret")

    def close(self) -> None:
        """Close the browser."""
        self._session.close()

    def _get(self, address: str) -> str:
        return self._page(self._session.get(address, timeout=30))

    def _post(self, path: str, form: dict[str, str]) -> str:
        return self._page(self._session.post(self._portal + path, data=form, timeout=30))

    def _page(self, response: requests.Response) -> str:
        response.raise_for_status()
        return response.text
