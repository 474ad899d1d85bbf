"""A parent, played over HTTP as a browser without scripts would: the sheet, the form, the mail, the children."""

from __future__ import annotations

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
        if "activé" not in page and "Mes enfants" not in page:
            raise RuntimeError("the portal did not activate the account")
        self._get(f"{self._portal}/enfants")

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
