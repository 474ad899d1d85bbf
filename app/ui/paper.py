"""The recovery code on paper: printed, or kept in a file that the director chooses."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMarginsF, QRectF, Qt
from PySide6.QtGui import QFont, QPageLayout, QPageSize, QPainter, QPdfWriter

from app.models.errors import InputError
from app.ui.theme import FONT_FAMILY

TITLE = "Préau — code de récupération"
EXPLAINED = (
    "Ce code ouvre les données de l’école si ce poste est perdu, volé ou remplacé, ou si son trousseau de mots de "
    "passe est effacé. Rangez ce papier au coffre, loin de l’ordinateur\u00a0: qui le possède peut ouvrir une copie du "
    "fichier. Il n’existe nulle part ailleurs."
)


def write_recovery_pdf(path: Path, *, code: str, school: str) -> None:
    """One page with the code in large type. Raises InputError where the file cannot be written."""
    if not path.parent.is_dir():
        raise InputError("folder_missing", f"Le dossier {path.parent} n’existe pas.")
    writer = QPdfWriter(str(path))
    writer.setTitle(TITLE)
    writer.setPageLayout(
        QPageLayout(QPageSize(QPageSize.PageSizeId.A4), QPageLayout.Orientation.Portrait, QMarginsF(25, 25, 25, 25),
                    QPageLayout.Unit.Millimeter)
    )  # fmt: skip
    painter = QPainter()
    if not painter.begin(writer):
        raise InputError("not_written", f"Le fichier {path.name} ne peut pas être écrit dans ce dossier.")
    _draw(painter, code, school)
    painter.end()


def _draw(painter: QPainter, code: str, school: str) -> None:
    wrap = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft
    page = QRectF(painter.viewport())
    inch = float(painter.device().logicalDpiY())
    lines = (
        (TITLE, 18, True, 0.7),
        (school, 12, False, 0.6),
        (code, 17, True, 1.2),
        (EXPLAINED, 11, False, 2.0),
    )
    top = page.top()
    for text, points, bold, height in lines:
        font = QFont("DejaVu Sans Mono" if text == code else FONT_FAMILY, points)
        font.setBold(bold)
        painter.setFont(font)
        painter.drawText(QRectF(page.left(), top, page.width(), height * inch), wrap, text)
        top += height * inch
