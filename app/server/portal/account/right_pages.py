"""The page « Mes droits » of « Mon compte »."""

from __future__ import annotations

from fastapi import Request, Response

from app.server.portal.account.gate import Gate, Visitor
from app.server.portal.account.rights import MOST_WORDS, NOT_CHOSEN, RIGHTS, TOO_LONG, TOO_MANY, Rights
from app.server.portal.site import Addresses, typed


class RightPages:
    """What a parent may do by himself, and what he may ask of the school."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._site = gate.site
        self._rights = Rights(gate.site)

    def open(self, at: Addresses) -> None:
        """Its addresses."""
        at.page("/compte/droits", self._gate.owned(self.show))
        at.form("/compte/droits", self._gate.owned(self.ask))

    async def show(self, request: Request, visitor: Visitor) -> Response:
        return await self._page(request, visitor, sent=request.query_params.get("fait") == "oui")

    async def ask(self, request: Request, visitor: Visitor) -> Response:
        form = await request.form()
        right, words = typed(form.get("demande"), most=20), typed(form.get("message"), most=2 * MOST_WORDS)
        problems: dict[str, str] = {} if right in RIGHTS else {"demande": NOT_CHOSEN}
        if len(words) > MOST_WORDS:
            problems["message"] = TOO_LONG
        if not problems and not await self._site.write(
            lambda c: self._rights.ask(c, visitor.id, right=right, words=words)
        ):
            problems["demande"] = TOO_MANY
        if problems:
            return await self._page(request, visitor, problems=problems, right=right, words=words)
        return self._site.see("/compte/droits?fait=oui")

    async def _page(
        self, request: Request, visitor: Visitor, *, sent: bool = False, problems: dict[str, str] | None = None,
        right: str = "", words: str = "",
    ) -> Response:  # fmt: skip
        made = await self._site.read(lambda c: self._rights.made(c, visitor.id))
        return self._site.render(
            request, "account/rights.html", status=422 if problems else 200, made=made, rights=RIGHTS, sent=sent,
            problems=problems or {}, chosen=right, words=words,
        )  # fmt: skip
