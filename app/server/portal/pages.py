"""Renders the pages; texts go through gettext with French as the source."""

from __future__ import annotations

import gettext
from pathlib import Path
from typing import Any

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app.models.contacts import show_phone

HERE = Path(__file__).parent


class Pages:
    """The templates of the portal."""

    def __init__(self) -> None:
        self._environment = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            extensions=["jinja2.ext.i18n"],
        )
        translations = gettext.NullTranslations()
        self._environment.install_gettext_translations(translations, newstyle=True)  # type: ignore[attr-defined]
        self._environment.filters["phone"] = show_phone

    def render(self, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
        """One page as a response."""
        values.setdefault("refusal", None)
        values.setdefault("login", "")
        return HTMLResponse(self._environment.get_template(template).render(**values), status_code=status)
