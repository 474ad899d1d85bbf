"""« Livret scolaire » on the portal: what is shown, read, kept and signed, and nothing else."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import httpx
import pytest
from pypdf import PdfReader, PdfWriter

from app.models import report_content as rc
from app.models.acts import SchoolSettingFields
from app.models.acts_reports import LockReportsFields, Removal, RemoveReportsFields
from app.models.states import Access
from app.server.sync import heads
from app.services.records.journal import submit
from app.services.records.rows import SchoolRows
from tests.server.portal.creating import another_school
from tests.server.portal.household import PASSWORD, Household
from tests.server.portal.reports.shelf import TODAY, bring, content, published, receipts, show
from tests.server.portal.test_activation import log_in
from tests.server.portal.test_rights import activate, decide, protect

MOVED_PUPILS = """Nom élève;Nom d'usage élève;Prénom élève;Date naissance;Sexe;INE;Libellé classe;Niveau
DUPONT;;Zoé;14/03/2019;F;123456789AB;CE2 Mme Roy;CE2
"""
MOVED_GUARDIANS = """Civilité Responsable;Nom responsable;Prénom responsable;Courriel;Téléphone portable;Nom de famille élève;Prénom élève
M.;DUPONT;Marc;;;DUPONT;Zoé
"""  # noqa: E501


def scan() -> bytes:
    """A PDF of one blank page."""
    writer, file = PdfWriter(), io.BytesIO()
    writer.add_blank_page(width=200, height=200)
    writer.write(file)
    return file.getvalue()


@pytest.fixture
def login(home: Household, tmp_path: Path) -> str:
    return activate(home, tmp_path / "sheets")


def reading(parent: httpx.Client, login: str, path: str = "/livrets") -> str:
    log_in(parent, login, PASSWORD)
    return parent.get(path).text


def test_a_published_report_is_listed_read_kept_and_signed(home: Household, login: str) -> None:
    report_id = published(home)
    with home.parent() as parent:
        listed = reading(parent, login)
        assert f"/livrets/{report_id}" in listed and "Cycle 2" in listed and "À lire" in listed
        page = parent.get(f"/livrets/{report_id}").text
        assert "Un bon début." in page and "J’ai pris connaissance" in page
        kept = parent.get(f"/livrets/{report_id}/pdf")
        assert kept.headers["content-type"] == "application/pdf" and "no-store" in kept.headers["cache-control"]
        assert "Livret-Zoe-2026-2027-periode-1.pdf" in kept.headers["content-disposition"]
        assert "Un bon début." in PdfReader(io.BytesIO(kept.content)).pages[0].extract_text()
        document = rc.document_id(rc.canonical(content()))
        signed = parent.post(f"/livrets/{report_id}/lu", data={"document": document})
        assert "C’est noté" in signed.text and "Pris connaissance le" in signed.text
        assert "J’ai pris connaissance" not in signed.text
        assert "Pris connaissance le" in parent.get("/livrets").text
        parent.post(f"/livrets/{report_id}/lu", data={"document": document})
    (receipt,) = receipts(home)
    assert (receipt["report_id"], receipt["document"], receipt["kind"]) == (report_id, document, "read")
    assert receipt["guardian_id"] == home.account()["guardian_id"]


def test_a_replaced_report_is_to_be_read_again_and_the_former_one_is_not_signed(home: Household, login: str) -> None:
    report_id = published(home)
    former = rc.document_id(rc.canonical(content()))
    with home.parent() as parent:
        reading(parent, login)
        parent.post(f"/livrets/{report_id}/lu", data={"document": former})
    assert len(receipts(home)) == 1
    published(home, "Corrigé depuis.")
    with home.parent() as parent:
        assert "À lire" in reading(parent, login)
        page = parent.get(f"/livrets/{report_id}").text
        assert "Corrigé depuis." in page and "J’ai pris connaissance" in page
        parent.post(f"/livrets/{report_id}/lu", data={"document": former})
    assert [row["document"] for row in receipts(home)] == [former]


@pytest.mark.parametrize("case", ["unlocked", "tomorrow", "not published", "taken out"])
def test_what_the_school_does_not_show_is_nowhere(home: Household, login: str, case: str) -> None:
    report_id = bring(home, rc.canonical(content()))
    on = {"tomorrow": "2026-09-10", "not published": None}.get(case, TODAY)
    show(home, report_id, on=on)
    desk, school_id = home.desk.desk, home.desk.school_id
    if case == "unlocked":
        fields = LockReportsFields(report_ids=(report_id,), locked=False)
        submit(desk, school_id=school_id, kind="bilan.verrouiller", fields=fields)
    if case == "taken out":
        gone = RemoveReportsFields(report_ids=(report_id,), why=Removal.BY_HAND)
        submit(desk, school_id=school_id, kind="bilan.retirer", fields=gone)
    home.desk.sync()
    with home.parent() as parent:
        assert report_id not in reading(parent, login)
        nowhere = parent.get(f"/livrets/{report_id}")
        unknown = parent.get("/livrets/01a00000-0000-7000-8000-000000000000")
        assert nowhere.status_code == unknown.status_code == 404 and nowhere.text == unknown.text
        assert parent.get(f"/livrets/{report_id}/pdf").status_code == 404


def test_each_child_has_a_livret_and_everything_comes_in_one_zip(home: Household, login: str) -> None:
    published(home)
    noe = bring(
        home, scan(), "Noé", kind=rc.ReportKind.CERTIFICATE, certificate=rc.CertificateKind.SWIMMING, cycle=None,
        level="CM2", period_index=None, format=rc.DocumentFormat.PDF,
    )  # fmt: skip
    show(home, noe)
    with home.parent() as parent:
        listed = reading(parent, login)
        assert "Livret scolaire\u00a0: Zoé" in listed and "Attestation du savoir-nager" not in listed
        address = listed.partition('href="/livrets?enfant=')[2]
        other = [piece.partition('"')[0] for piece in listed.split('href="/livrets?enfant=')[1:]][1]
        assert address and "Attestation du savoir-nager" in parent.get(f"/livrets?enfant={other}").text
        packed = parent.get(f"/livrets/tout.zip?enfant={other}")
    with zipfile.ZipFile(io.BytesIO(packed.content)) as archive:
        assert archive.namelist() == ["Livret-Noe-attestation-swimming.pdf"]
        assert archive.read(archive.namelist()[0]) == scan()


@pytest.mark.parametrize("access", [Access.NONE, Access.PAPER])
def test_a_closed_access_closes_the_livret_too(home: Household, login: str, access: Access) -> None:
    report_id = published(home)
    decide(home, access, "Zoé")
    with home.parent() as parent:
        assert "Zoé" not in reading(parent, login)
        assert parent.get(f"/livrets/{report_id}").status_code == 404


def test_a_change_of_school_is_one_livret_and_what_was_left_behind_is_still_read(
    home: Household, login: str, tmp_path: Path
) -> None:
    former = published(home)
    with another_school(home, tmp_path / "other", MOVED_PUPILS, MOVED_GUARDIANS) as other:
        present = published(other, "Bien arrivée.", period_index=2)
        for gone in (False, True):
            if gone:
                leave(home, "Zoé")
            with home.parent() as parent:
                listed = reading(parent, login)
                assert listed.count('"/livrets/' + former + '"') == listed.count('"/livrets/' + present + '"') == 1
                assert listed.count(">Zoé</a>") == 1 and all(name in listed for name in ("Tilleuls", "Acacias"))
                assert "Un bon début." in parent.get(f"/livrets/{former}").text
                assert "Bien arrivée." in parent.get(f"/livrets/{present}").text
    assert receipts(home) == []


def leave(home: Household, first_name: str) -> None:
    """The child has left that school, as its server knows it."""
    school_id = home.desk.school_id
    with home.server.database.write() as connection:
        head = heads.lock(connection, school_id)
        rows = SchoolRows(connection, school_id)
        [one] = rows.where("pupils", first_name=first_name)
        rows.change("pupils", one["id"], left_on="2026-09-08")
        rows.flush(next_seq=head.next)
        heads.save(connection, head)


def test_where_the_school_is_secret_nothing_names_it(home: Household, login: str) -> None:
    report_id = published(home)
    paper = bring(home, scan(), period_index=2, format=rc.DocumentFormat.PDF)
    show(home, paper)
    protect(home, "Zoé", "Noé")
    with home.parent() as parent:
        listed = reading(parent, login)
        assert "sur papier" in listed and f'"/livrets/{paper}"' not in listed
        page = parent.get(f"/livrets/{report_id}")
        kept = parent.get(f"/livrets/{report_id}/pdf")
        told = listed + page.text + PdfReader(io.BytesIO(kept.content)).pages[0].extract_text()
        for word in ("Tilleuls", "0990001N", "Aubrac", "Rouvière"):
            assert word not in told
        assert "Un bon début." in page.text
        assert parent.get(f"/livrets/{paper}/pdf").status_code == 404
        parent.post(f"/livrets/{paper}/lu", data={"document": rc.document_id(scan())})
    assert receipts(home) == [], "what could not be seen was not read"


def test_another_parent_and_a_stranger_see_nothing(home: Household, login: str, tmp_path: Path) -> None:
    report_id = published(home)
    secret = home.print_sheet(tmp_path / "ida", "Ida")
    assert secret is not None
    home.desk.sync()
    with home.parent() as stranger:
        for path in ("/livrets", f"/livrets/{report_id}", f"/livrets/{report_id}/pdf", "/livrets/tout.zip"):
            assert "Zoé" not in stranger.get(path).text
            assert stranger.get(path).url.path == "/"
    with home.parent() as ida:
        ida.get(f"/a/{secret.token}")
        ida.post("/activation", data={
            "jour": "5", "mois": "5", "annee": "2019", "courriel": "", "portable": "", "mot_de_passe": PASSWORD,
        })  # fmt: skip
        assert ida.get(f"/livrets/{report_id}").status_code == 404
        ida.post(f"/livrets/{report_id}/lu", data={"document": "a" * 64})
    assert receipts(home) == []


def test_openings_are_told_only_where_the_school_turns_them_on(home: Household, login: str) -> None:
    report_id = published(home)
    with home.parent() as parent:
        reading(parent, login, f"/livrets/{report_id}")
    assert receipts(home) == []
    on = SchoolSettingFields(name="report_openings", seen=None, value=True)
    submit(home.desk.desk, school_id=home.desk.school_id, kind="ecole.regler", fields=on)
    home.desk.sync()
    with home.parent() as parent:
        reading(parent, login, f"/livrets/{report_id}")
        parent.get(f"/livrets/{report_id}")
        parent.get(f"/livrets/{report_id}/pdf")
    assert sorted(row["kind"] for row in receipts(home)) == ["downloaded", "opened"]


def test_a_zip_downloads_each_of_its_documents_under_a_name_of_its_own(home: Household, login: str) -> None:
    ids = [
        bring(
            home, scan() + b"%" * number, kind=rc.ReportKind.PERIODIC, period_count=count, format=rc.DocumentFormat.PDF,
        )
        for number, count in enumerate((3, 5))
    ]  # fmt: skip
    show(home, *ids)
    on = SchoolSettingFields(name="report_openings", seen=None, value=True)
    submit(home.desk.desk, school_id=home.desk.school_id, kind="ecole.regler", fields=on)
    home.desk.sync()
    with home.parent() as parent:
        reading(parent, login)
        packed = parent.get("/livrets/tout.zip")
    with zipfile.ZipFile(io.BytesIO(packed.content)) as archive:
        assert sorted(archive.namelist()) == [
            "Livret-Zoe-2026-2027-periode-1-2.pdf", "Livret-Zoe-2026-2027-periode-1.pdf",
        ]  # fmt: skip
    told = [(row["kind"], row["report_id"]) for row in receipts(home)]
    assert sorted(told) == sorted(("downloaded", one) for one in ids)


def test_a_family_is_told_the_last_day_before_a_document_goes(home: Household, login: str) -> None:
    old = bring(home, scan(), year=2025, level="CE2", cycle=2, format=rc.DocumentFormat.PDF)
    show(home, old)
    with home.parent() as parent:
        assert "Ce document ne sera plus ici" not in reading(parent, login)
    home.clock.advance(days=308)
    with home.parent() as parent:
        assert "Ce document ne sera plus ici après le 31\u00a0août\u00a02027" in reading(parent, login)


def test_nobody_has_a_livret_before_the_school_publishes(home: Household, login: str) -> None:
    with home.parent() as parent:
        assert "Aucun bilan n’est publié" in reading(parent, login)
