"""A bilan as PDF: tagged (PDF/UA-1), searchable, in our own fonts alone; the templates are in ``resources/reports``.

What a bilan says goes to Typst as data, never as a part of its source: no name can be a command.
"""

from __future__ import annotations

import json
import threading
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import typst

from app.services.reports.rendering.drawable import FONT_FOLDER, drawable
from app.services.reports.rendering.presentation import Presentation

TEMPLATES = Path(__file__).resolve().parents[4] / "resources" / "reports"
_OWN = threading.local()


def draw_pdf(presentation: Presentation) -> bytes:
    """The PDF of one bilan: the same presentation gives the same bytes."""
    return draw_template("bilan", presentation)


def draw_template(name: str, data: object) -> bytes:
    """What the template ``name`` draws of a dataclass or a dictionary, which it reads as ``sys.inputs.<name>``."""
    said = {name: template_data(data)}
    template = TEMPLATES / f"{name}.typ"
    drawn = compiler().compile(template, sys_inputs=said, format="pdf", pdf_standards="ua-1", timestamp=0)
    assert isinstance(drawn, bytes)
    return drawn


def template_data(data: object) -> str:
    """The JSON that a template reads."""
    return json.dumps(_drawable(data), ensure_ascii=False)


def _drawable(value: Any) -> Any:
    """The same as JSON knows it, its texts as our fonts draw them."""
    if isinstance(value, str):
        return drawable(value)
    if isinstance(value, tuple):
        return [_drawable(one) for one in value]
    if is_dataclass(value):
        return {field.name: _drawable(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, dict):
        return {name: _drawable(one) for name, one in value.items()}
    return value


def compiler() -> typst.Compiler:
    """One a thread, which two threads may not share: the fonts are read once (some 30 ms)."""
    if not hasattr(_OWN, "compiler"):
        fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONT_FOLDER])
        _OWN.compiler = typst.Compiler(root=TEMPLATES, font_paths=fonts)
    compiler: typst.Compiler = _OWN.compiler
    return compiler
