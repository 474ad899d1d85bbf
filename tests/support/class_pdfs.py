"""PDFs of bilans as other programs print them, in several layouts; made with fpdf2, never with what Préau prints with."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from fpdf import FPDF

CORE, FONT = "Helvetica", "DejaVu"
"""A font of every reader, without accents beyond Western ones, or one that is embedded, whose glyphs have numbers only."""
_FILE = Path(__file__).resolve().parents[2] / "resources" / "fonts" / "DejaVuSans.ttf"


@dataclass(frozen=True)
class Printed:
    """A child as a program prints her."""

    last_name: str
    first_name: str
    born: str
    """« 04/03/2018 »."""
    ine: str = ""
    room: str = "CE2B"
    address: str = ""
    pages: int = 2


def sheet_of(*, compress: bool = True, core: bool = False) -> FPDF:
    pdf = FPDF(format="A4")
    if not core:
        pdf.add_font(FONT, fname=_FILE)
    pdf.set_compression(compress)
    pdf.set_auto_page_break(False)
    return pdf


def lsu_like(
    pdf: FPDF, child: Printed, *, period: str = "Période 1/3 du 01/09/2026 au 30/11/2026", year: str = "2026-2027"
) -> None:
    """The layout of the ministry's own program: a heading, a table, one or more pages that name nobody."""
    add_page(pdf, "École élémentaire Marie Curie", "1 rue de l'Église", "31000 TOULOUSE", f"Année scolaire {year}",
          "Bilan des acquis scolaires de l'élève - Cycle 2", period, f"{child.last_name.upper()} {child.first_name}",
          f"Né(e) le {child.born}    INE : {child.ine}", f"Classe : {child.room}", *child.address.splitlines(),
          "Suivi des acquis scolaires de l'élève")  # fmt: skip
    for number in range(2, child.pages + 1):
        add_page(pdf, f"Suite des acquis, partie {number}", f"Secret de {child.first_name} : progrès en lecture.")


def labelled(pdf: FPDF, child: Printed, *, period: str = "1er trimestre", year: str = "2026/2027") -> None:
    """Labels on lines of their own, no INE, the child again at the head of each page."""
    for number in range(1, child.pages + 1):
        add_page(pdf, "LIVRET SCOLAIRE", f"Nom : {child.last_name}", f"Prénom : {child.first_name}",
              f"Date de naissance : {child.born}", f"Année {year} - {period}", "Bilan périodique",
              f"Secret de {child.first_name}.", f"page {number} sur {child.pages}")  # fmt: skip


def by_class(pdf: FPDF, child: Printed, *, period: str = "Période 2/5", year: str = "2026-2027") -> None:
    """A name and a class, nothing else."""
    add_page(pdf, f"Bilan périodique {year}", f"{child.first_name} {child.last_name} - {child.room}", period,
          f"Secret de {child.first_name}.")  # fmt: skip
    for _ in range(1, child.pages):
        add_page(pdf, "Appréciation générale : continue ainsi.")


def certificate(pdf: FPDF, child: Printed, words: str) -> None:
    add_page(pdf, f"Attestation {words}", f"délivrée à {child.first_name} {child.last_name}", f"né le {child.born}",
          "Fait le 12/06/2027")  # fmt: skip


Layout = Callable[..., None]


def class_pdf(
    children: Sequence[Printed], layout: Layout = lsu_like, *, compress: bool = True, core: bool = False, **more: str
) -> bytes:
    """One PDF for a whole class, with everything that a program may leave in it: links, outline, metadata, drawings."""
    pdf = sheet_of(compress=compress, core=core)
    pdf.set_title(f"Classe de {children[0].first_name} et {children[-1].first_name}")
    pdf.set_subject("Secret de la classe")
    for number, child in enumerate(children):
        first = len(pdf.pages) + 1
        layout(pdf, child, **more)
        pdf.page = first
        pdf.start_section(f"Secret de {child.first_name}")
        pdf.image(BytesIO(portrait(number)), x=170, y=10, w=20)
        if number:
            link = pdf.add_link(page=1)
            pdf.link(170, 10, 20, 20, link)
        pdf.page = len(pdf.pages)
    return bytes(pdf.output())


def one_pdf(child: Printed, layout: Layout = lsu_like, **more: str) -> bytes:
    pdf = sheet_of()
    layout(pdf, child, **more)
    return bytes(pdf.output())


def portrait(number: int) -> bytes:
    """A small picture that is nobody else's: one colour a child."""
    raw = b"".join(b"\0" + bytes([number % 256, 7, 251]) * 4 for _ in range(4))
    chunks = ((b"IHDR", struct.pack(">IIBBBBB", 4, 4, 8, 2, 0, 0, 0)), (b"IDAT", zlib.compress(raw)), (b"IEND", b""))
    made = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(made)


def core_only(pdf: FPDF) -> bool:
    return not any(key.startswith(FONT.lower()) for key in pdf.fonts)


def add_page(pdf: FPDF, *lines: str) -> None:
    pdf.add_page()
    pdf.set_font(CORE if core_only(pdf) else FONT, size=11)
    for line in lines:
        pdf.cell(0, 8, line, new_x="LMARGIN", new_y="NEXT")
