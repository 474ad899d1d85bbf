"""« Mes informations », and what is changed in one step: language, paper, password; one's data to take away."""

from __future__ import annotations

from fastapi import Request, Response
from sqlalchemy import Connection, update

from app.models.clock import instant
from app.models.tables import Row
from app.server.accounts.portal_accounts import locked_account
from app.server.accounts.ways import ways_in
from app.server.portal.account.contacts import Contacts
from app.server.portal.account.data import NAME, Data, zipped
from app.server.portal.account.entries import Entries
from app.server.portal.account.gate import Gate, Visitor
from app.server.portal.account.prove_pages import right_password
from app.server.portal.site import LANGUAGE, LONG_S, Addresses, typed
from app.server.tables import portal_accounts
from app.services import languages
from app.services.languages import source as _

DONE = {
    "mail": _("Votre adresse mail est confirmée."),
    "mail-envoye": _(
        "Un courriel vient de partir\u00a0: ouvrez-le et touchez le lien pour confirmer la nouvelle adresse."
    ),
    "portable": _("Votre numéro de portable est enregistré."),
    "mot-de-passe": _("Votre mot de passe est changé. Vos autres appareils sont déconnectés."),
    "langue": _("Votre langue est enregistrée."),
    "papier": _("C’est noté, et l’école le voit."),
    "avis": _("C’est noté."),
}
NOTICES = {
    "mail": _("Par mail"), "sms": _("Par SMS"), "none": _("Ne pas me prévenir"),
}  # fmt: skip
"""How a parent is told of a new document of the livret."""
WRONG_OLD = _("Ce n’est pas votre mot de passe actuel. Vérifiez-le.")


class HomePages:
    """The first page of the room."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._site = gate.site

    def open(self, at: Addresses) -> None:
        """Its addresses."""
        gate = self._gate
        at.page("/compte", gate.looking(self._look, self.show))
        at.page("/compte/langue", gate.owned(self.language))
        at.form("/compte/langue", gate.owned(self.choose_language))
        at.form("/compte/papier", gate.owned(self.paper))
        at.page("/compte/avis", gate.owned(self.notices))
        at.form("/compte/avis", gate.owned(self.choose_notices))
        at.page("/compte/mot-de-passe", gate.owned(self.password))
        at.form("/compte/mot-de-passe", gate.owned(self.change_password))
        at.page("/compte/donnees", gate.proven(self.data, back="donnees"))
        at.form("/compte/donnees", gate.proven(self.download, back="donnees"))

    def _look(self, connection: Connection, visitor: Visitor) -> Row:
        return {
            "waiting": Contacts(self._site).waiting(connection, visitor.id),
            "ways": ways_in(connection, visitor.portal),
            "sessions": len(Entries(self._site).sessions(connection, visitor.session)),
        }

    async def show(self, request: Request, visitor: Visitor, seen: Row) -> Response:
        """``seen``: an address that waits for its confirmation, the ways in, how many devices."""
        chosen = languages.find(visitor.portal["language"])
        done = DONE.get(request.query_params.get("fait", ""))
        return self._site.render(
            request, "account/home.html", portal=visitor.portal, done=done, login=visitor.portal["login"],
            tongue=chosen.name if chosen else "Français", notice=NOTICES[visitor.portal["notices"] or "mail"], **seen,
        )  # fmt: skip

    async def language(self, request: Request, visitor: Visitor) -> Response:
        known = visitor.portal["language"] or languages.FRENCH
        return self._site.render(request, "account/language.html", families=languages.languages(), known=known)

    async def choose_language(self, request: Request, visitor: Visitor) -> Response:
        code = typed((await request.form()).get("langue"), most=10)
        if code != languages.FRENCH and languages.find(code) is None:
            return self._site.see("/compte/langue")
        await self._site.write(lambda c: self._write(c, visitor.id, language=code))
        return self._site.with_cookie(self._site.see("/compte?fait=langue"), LANGUAGE, code, seconds=LONG_S)

    async def paper(self, request: Request, visitor: Visitor) -> Response:
        """« Je préfère le papier », or no longer; the schools see it."""
        wanted = (await request.form()).get("papier") == "oui"

        def note(connection: Connection) -> None:
            self._write(connection, visitor.id, prefers_paper=wanted)
            self._site.teller.tell(connection, visitor.id, "prefers_paper", {"on": wanted})

        if wanted != visitor.portal["prefers_paper"]:
            await self._site.write(note)
        return self._site.see("/compte?fait=papier")

    async def notices(self, request: Request, visitor: Visitor) -> Response:
        known = visitor.portal["notices"] or "mail"
        return self._site.render(request, "account/notices.html", choices=tuple(NOTICES.items()), known=known)

    async def choose_notices(self, request: Request, visitor: Visitor) -> Response:
        wanted = typed((await request.form()).get("avis"), most=10)
        if wanted not in NOTICES:
            return self._site.see("/compte/avis")
        await self._site.write(lambda c: self._write(c, visitor.id, notices=wanted))
        return self._site.see("/compte?fait=avis")

    async def password(self, request: Request, visitor: Visitor) -> Response:
        if not visitor.portal["password_hash"] and not visitor.fresh:
            return self._site.see("/compte/confirmer/mot-de-passe")
        return self._password(request, visitor, {})

    def _password(
        self, request: Request, visitor: Visitor, problems: dict[str, str], *, old: str = "", password: str = ""
    ) -> Response:
        """``old`` and ``password``: for who asked to read them again."""
        return self._site.render(
            request, "account/password.html", status=422 if problems else 200, problems=problems,
            seen={"old": old, "password": password},
            policy=self._site.policy, has_one=bool(visitor.portal["password_hash"]), login=visitor.portal["login"],
        )  # fmt: skip

    async def change_password(self, request: Request, visitor: Visitor) -> Response:
        """The old one is asked, or a code a moment ago where there is none; every other session ends."""
        if not visitor.portal["password_hash"] and not visitor.fresh:
            return self._site.see("/compte/confirmer/mot-de-passe")
        form, portal, site = await request.form(), visitor.portal, self._site
        old, new = (str(form.get(name, ""))[:200] for name in ("ancien", "mot_de_passe"))
        if form.get("voir"):
            return self._password(request, visitor, {}, old=old, password=new)
        own = (portal["login"], *portal["folded_name"].split("|"), (portal["email"] or "").partition("@")[0])
        problems: dict[str, str] = {}
        if portal["password_hash"] and not await right_password(self._gate, visitor, old):
            problems["old"] = WRONG_OLD
        if (trouble := site.policy.problem(new, own=own)) is not None:
            problems["password"] = trouble
        if problems:
            return self._password(request, visitor, problems)
        password_hash = await site.hashing.hash(new)

        def change(connection: Connection) -> str | None:
            known = locked_account(connection, visitor.id)
            same = known is not None and known["password_hash"] == portal["password_hash"]
            if not same or self._gate.visitor(connection, request) is None:
                return None  # ended, or reset by the school, while it was being hashed
            now = instant(site.clock())
            self._write(connection, visitor.id, password_hash=password_hash, password_changed_at=now)
            Entries(site).end_others(connection, visitor.session)
            Contacts(site).tell_owner(connection, portal, "password")
            site.teller.tell(connection, visitor.id, "password", {})
            return site.visits.renew(connection, visitor.session)

        session = await site.write(change)
        site.wake()
        return self._gate.go_on("/compte?fait=mot-de-passe", session) if session else site.see("/")

    async def data(self, request: Request, visitor: Visitor) -> Response:
        return self._site.render(request, "account/data.html")

    async def download(self, request: Request, visitor: Visitor) -> Response:
        steps = Data(self._site)
        found = await self._site.read(lambda c: steps.of(c, visitor))
        page = self._site.render(request, "account/export.html", data=found)
        headers = {"Content-Disposition": f'attachment; filename="{NAME}"', "Cache-Control": "no-store"}
        return Response(zipped(found, bytes(page.body)), media_type="application/zip", headers=headers)

    def _write(self, connection: Connection, portal_id: str, **values: object) -> None:
        connection.execute(update(portal_accounts).where(portal_accounts.c.id == portal_id).values(**values))
