"""« Imprimer pour ceux qui préfèrent le papier »: who gets what, and what is on the paper, as poppler reads it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader, PdfWriter

from app.models.errors import PreauError, Refused
from app.models.report_content import canonical, document_id
from app.services.cancelling import Cancellation
from app.services.desk import Desk
from app.services.documents.vault_store import VaultStore
from app.services.reports import paper
from tests.services.reports.rendering import samples
from tests.services.reports.rendering.papers import text_of
from tests.services.sheet_cast import SCHOOL, Cast, casting, open_desk

BILAN = canonical(samples.periodic(general="Une belle période."))
ZOE, LEA = "Zoé CHÂTELAIN", "Léa <b>O’NEIL</b>"


def certificate(pages: int = 1) -> bytes:
    """A PDF as the school imports it."""
    writer, memory = PdfWriter(), BytesIO()
    for _ in range(pages):
        writer.add_blank_page(595, 842)
    writer.write(memory)
    return memory.getvalue()


def add_report(cast: Cast, pupil: str, document: bytes, **values: Any) -> str:
    """A bilan of the second period, locked and published; ``values`` replace its row's."""
    known = {
        "kind": "periodic", "year": 2026, "period_index": 2, "period_count": 3, "cycle": 2, "starts_on": "2026-12-19",
        "format": "content", "document": document_id(document), "size": len(document), "source": "xml",
        "imported_at": "2026-09-01T00:00:00.000000Z", "locked_at": "2026-09-01T00:00:00.000000Z",
        "published_on": "2026-09-01",
    }  # fmt: skip
    row_id = f"report-{len(cast.rows.all('reports'))}"
    cast.rows.add("reports", row_id, pupil_id=pupil, **{**known, **values})
    return row_id


def change_link(cast: Cast, account: str, **values: Any) -> None:
    guardian = cast.rows.need("accounts", account)["guardian_id"]
    (link,) = cast.rows.where("responsibilities", guardian_id=guardian)
    cast.rows.change("responsibilities", link["id"], **values)


def wish(cast: Cast, account: str, value: str) -> None:
    cast.rows.change("guardians", cast.rows.need("accounts", account)["guardian_id"], wish=value)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_desk(tmp_path / "desk") as opened:
        VaultStore(opened.vault, opened.clock).put_all([BILAN, certificate()])
        yield opened


def planned(desk: Desk, reports: list[str]) -> list[tuple[str, str, str]]:
    found = paper.plan(desk, school_id=SCHOOL, report_ids=reports)
    return [(one.classroom, packet.pupil, packet.guardian) for one in found.classes for packet in one.packets]


def test_each_guardian_who_wants_paper_gets_it_and_nobody_else(desk: Desk) -> None:
    with casting(desk) as cast:
        cast.school()
        room = cast.classroom("CE1 B")
        pupil = cast.pupil(ZOE, room)
        reports = [add_report(cast, pupil, BILAN)]
        cast.guardian("Mme Online CHÂTELAIN", pupil)
        wish(cast, cast.guardian("M. Souhait CHÂTELAIN", pupil), "paper")
        wish(cast, cast.guardian("M. Sans-compte CHÂTELAIN", pupil), "no_account")
        change_link(cast, cast.guardian("M. Seulement CHÂTELAIN", pupil), access="paper")
        cast.guardian("Mme Préfère CHÂTELAIN", pupil, prefers_paper=True)
        closed = cast.guardian("M. Fermé CHÂTELAIN", pupil)
        wish(cast, closed, "paper")
        change_link(cast, closed, access="none")
        ended = cast.guardian("M. Terminé CHÂTELAIN", pupil)
        wish(cast, ended, "paper")
        change_link(cast, ended, ended_on="2026-09-01")
    assert [name.split("\u00a0")[1].split()[0] for _, _, name in planned(desk, reports)] == [
        "Sans-compte", "Seulement", "Souhait", "Préfère",
    ]  # fmt: skip


def test_what_is_not_locked_taken_out_or_of_a_pupil_who_left_is_not_printed(desk: Desk) -> None:
    with casting(desk) as cast:
        cast.school()
        room = cast.classroom("CE1 B")
        here, left = cast.pupil(ZOE, room), cast.pupil(LEA, room)
        for pupil in (here, left):
            wish(cast, cast.guardian("M. Jean CHÂTELAIN", pupil), "paper")
        reports = [
            add_report(cast, here, BILAN, locked_at=None),
            add_report(cast, here, BILAN, period_index=1, removed_at="2026-09-02T00:00:00.000000Z"),
            add_report(cast, left, BILAN),
        ]
        cast.rows.change("pupils", left, left_on="2026-09-02")
    with pytest.raises(Refused) as refused:
        planned(desk, reports)
    assert refused.value.code == "nobody"


def test_a_guardian_who_must_not_know_where_the_child_is_gets_nothing(desk: Desk) -> None:
    with casting(desk) as cast:
        cast.school()
        pupil = cast.pupil(ZOE, cast.classroom("CE1 B"))
        reports = [add_report(cast, pupil, BILAN)]
        mother, father = (cast.guardian(f"{name} CHÂTELAIN", pupil) for name in ("Mme Anne", "M. Jean"))
        for account in (mother, father):
            wish(cast, account, "paper")
        knows = [cast.rows.need("accounts", mother)["guardian_id"]]
        cast.rows.change("pupils", pupil, protection={"knows": knows, "since": "2026-09-01", "by": "Mme Durand"})
    assert [name for _, _, name in planned(desk, reports)] == ["Mme\u00a0Anne CHÂTELAIN"]


@pytest.fixture
def two_classes(desk: Desk) -> list[str]:
    """Zoé with a bilan and a certificate, for her mother at home and her father elsewhere; Léa, in Arabic."""
    with casting(desk) as cast:
        cast.school()
        zoe, lea = cast.pupil(ZOE, cast.classroom("CE1 B")), cast.pupil(LEA, cast.classroom("CP <A>"))
        wish(cast, cast.guardian("Mme Anne CHÂTELAIN", zoe), "paper")
        wish(cast, cast.guardian("M. Jean CHÂTELAIN", zoe, home="3 quai Saint-Pierre"), "paper")
        account = cast.guardian("Mme Ann O’NEIL", lea)
        wish(cast, account, "paper")
        cast.rows.change("guardians", cast.rows.need("accounts", account)["guardian_id"], language="ar")
        pdf = certificate()
        return [
            add_report(cast, zoe, BILAN),
            add_report(cast, zoe, pdf, kind="certificate", certificate="swimming", format="pdf", period_index=None),
            add_report(cast, lea, BILAN, published_on="2027-01-12"),
        ]


def printed(desk: Desk, reports: list[str], folder: Path, **how: Any) -> paper.PaperDone:
    plan = paper.plan(desk, school_id=SCHOOL, report_ids=reports)
    return paper.print_paper(desk, plan=plan, store=VaultStore(desk.vault, desk.clock), folder=folder, **how)


def test_a_file_a_class_a_list_to_tick_an_address_a_family_and_the_documents(
    desk: Desk, two_classes: list[str], tmp_path: Path
) -> None:
    told: list[tuple[int, int]] = []
    done = printed(desk, two_classes, tmp_path / "out", progress=lambda *at: told.append(at))
    assert [re.sub(r"\d+", "N", path.name) for path in done.files] == [
        "Preau-Bilans-CEN-B-N.pdf", "Preau-Bilans-CP-A-N.pdf",
    ]  # fmt: skip
    assert (done.printed, done.missing, told) == (3, (), [(1, 3), (2, 3), (3, 3)])
    pages = text_of(done.files[0].read_bytes(), tmp_path).split("\f")[:-1]
    cover, back, father, nothing = pages[:4]
    assert "Bilans à remettre sur papier — CE1 B" in cover and cover.index("1 CH") < cover.index("2 CH")
    assert "par la poste" in cover and "Mme Anne CHÂTELAIN" in cover.replace("\u00a0", " ")
    assert back.strip() == nothing.strip() == ""
    assert "3 quai Saint-Pierre" in father and "Savoir nager" in father and "Bilan périodique, période 2" in father
    assert "Une belle période" in pages[4] + pages[5]
    addresses = [number for number, page in enumerate(pages) if "12 rue des Lilas" in page]
    assert addresses and all(number % 2 == 0 for number in addresses)


def test_a_family_reads_its_language_and_the_list_says_from_when(
    desk: Desk, two_classes: list[str], tmp_path: Path
) -> None:
    text = text_of(printed(desk, two_classes, tmp_path / "out").files[1].read_bytes(), tmp_path)
    assert "à partir du 12-01-2027" in text
    assert "الفرنسية" in text and "Léa <b>O’NEIL</b>" in text.replace("<b>O’NEIL</b> Léa", "Léa <b>O’NEIL</b>")


def test_on_one_side_nothing_is_left_blank(desk: Desk, two_classes: list[str], tmp_path: Path) -> None:
    one, both = (printed(desk, two_classes, tmp_path / str(two), two_sided=two).files[1] for two in (False, True))
    assert len(PdfReader(one).pages) < len(PdfReader(both).pages)
    assert all(page.extract_text().strip() for page in PdfReader(one).pages)


def test_a_document_that_is_not_here_is_told_on_the_list(desk: Desk, two_classes: list[str], tmp_path: Path) -> None:
    VaultStore(desk.vault, desk.clock).delete(document_id(certificate()))
    done = printed(desk, two_classes, tmp_path / "out")
    assert done.printed == 1 and {packet.pupil for packet in done.missing} == {"CHÂTELAIN Zoé"}
    text = text_of(done.files[0].read_bytes(), tmp_path)
    assert "synchronisez" in text.replace("\n", " ") and "Une belle période" not in text


def test_cancelled_or_damaged_nothing_is_left(desk: Desk, two_classes: list[str], tmp_path: Path) -> None:
    folder = tmp_path / "out"
    with pytest.raises(Cancellation, match="aucun fichier"):
        printed(desk, two_classes, folder, cancelled=lambda: True)
    with casting(desk) as cast:
        cast.rows.change("reports", two_classes[0], format="pdf")
    with pytest.raises(PreauError) as damaged:
        printed(desk, two_classes, folder)
    assert damaged.value.code == "document_damaged"
    assert list(folder.iterdir()) == []
