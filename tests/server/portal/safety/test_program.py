"""What the program itself is made of, where no attack would show it: calls that it never makes, fields, libraries."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.server.portal.accounts import inside, log_in
from tests.server.portal.household import PASSWORD, Household
from tests.server.portal.safety.addresses import portal_addresses

ROOT = Path(__file__).resolve().parents[4]
TEMPLATES = ROOT / "app" / "server" / "portal" / "templates"
ON_THE_SERVER = ("app/server", "app/models", "app/services")
DEMO = "app/services/demo"
CRYPTOGRAPHY = {"argon2", "cryptography", "hashlib", "hmac", "joserfc", "secrets", "sqlcipher3", "ssl"}
LEAKED = "app/server/accounts/leaked.py"


def sources(*folders: str) -> Iterator[tuple[str, ast.Module]]:
    for folder in folders:
        for file in sorted((ROOT / folder).rglob("*.py")):
            where = file.relative_to(ROOT).as_posix()
            if not where.startswith(DEMO):
                yield where, ast.parse(file.read_text(encoding="utf-8"))


def calls(tree: ast.Module) -> Iterator[tuple[str, ast.Call]]:
    """« json.loads » for each call, by its last two names."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield ".".join(ast.unparse(node.func).split(".")[-2:]), node


def imports(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (one.name.split(".")[0] for one in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.split(".")[0]


def test_nothing_typed_is_ever_carried_out() -> None:
    """No evaluation, no process, no pickle on the server: nothing could be carried out."""
    wrong = [
        (where, name)
        for where, tree in sources(*ON_THE_SERVER)
        for name, _ in calls(tree)
        if name in ("eval", "exec", "__import__", "os.system", "os.popen", "yaml.load")
    ]
    assert wrong == []
    taken = {(where, name) for where, tree in sources("app/server") for name in imports(tree)}
    assert [one for one in sorted(taken) if one[1] in ("pickle", "marshal", "shelve", "subprocess", "pty")] == []


def test_randomness_comes_from_the_system() -> None:
    assert [where for where, tree in sources("app") if "random" in imports(tree)] == []


def test_cryptography_is_that_of_known_libraries() -> None:
    """Nothing of the sort is ours: whoever makes a key, a hash or a code imports one of these."""
    other = re.compile(r"crypt|nacl|rsa|jwt|jose|hash|cipher|ssl|secret", re.IGNORECASE)
    taken = {name for _, tree in sources("app") for name in imports(tree) if other.search(name)}
    assert taken <= CRYPTOGRAPHY, taken - CRYPTOGRAPHY


def test_no_weak_hash_protects_anything() -> None:
    weak = [
        (where, name, ast.unparse(node))
        for where, tree in sources("app")
        for name, node in calls(tree)
        if name in ("hashlib.md5", "hashlib.sha1", "hashlib.new")
    ]
    assert [where for where, _, _ in weak] == [LEAKED] and "usedforsecurity=False" in weak[0][2]


def test_no_call_follows_a_redirect_that_it_should_not() -> None:
    """Of the server and of the PCs: where a secret goes along, it goes nowhere else. (Services of apprise are its own.)"""
    asked = [
        (where, node)
        for where, tree in sources("app/server", "app/services")
        for name, node in calls(tree)
        if re.fullmatch(r"(self\.)?_?(session|requests)\.(get|post|request|put)", name)
    ]
    assert len(asked) >= 3
    kept = {"allow_redirects": False}
    for where, node in asked:
        said = {one.arg: getattr(one.value, "value", None) for one in node.keywords}
        assert kept.items() <= said.items(), where


def test_no_test_is_in_the_program() -> None:
    taken = {name for _, tree in sources("app") for name in imports(tree)}
    assert taken & {"tests", "pytest", "hypothesis", "schemathesis", "playwright", "aiosmtpd"} <= {"aiosmtpd"}
    assert [where for where, tree in sources("app/server") if "aiosmtpd" in imports(tree)] == []


def test_every_library_is_named_once_with_its_digests() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    entries = re.split(r"^(?=\S)", lock, flags=re.MULTILINE)
    named = [entry for entry in entries if entry.strip() and not entry.startswith("#")]
    assert len(named) > 80
    assert [
        entry[:40] for entry in named if not re.match(r"[\w.\[\]-]+==\S+", entry) or "--hash=sha256:" not in entry
    ] == []
    heads = [entry.partition("\\")[0].strip() for entry in named]
    assert len(heads) == len(set(heads))


def test_every_password_field_is_masked_and_may_be_pasted_into() -> None:
    """But the provisional one, printed on paper, which one reads while typing it."""
    fields = [
        (file.name, field)
        for file in sorted(TEMPLATES.rglob("*.html"))
        for field in re.findall(r"<input[^>]*name=\"(?:mot_de_passe|ancien)\"[^>]*>", file.read_text(encoding="utf-8"))
    ]
    assert len(fields) >= 6
    for where, field in fields:
        masked = 'type="password"' in field or "else 'password' }}" in field  # shown to who asked to see it
        assert masked or where == "sheet.html", where
        assert "onpaste" not in field and "readonly" not in field, where
        assert "autocomplete=" in field, where


@pytest.mark.parametrize("path", ["/static/", "/static", "/.git/config", "/static/../app.py", "/static/%2e%2e/app.py"])
def test_no_folder_is_listed(home: Household, path: str) -> None:
    assert httpx.get(f"{home.server.url}{path}").status_code in (404, 405)


def test_every_page_of_an_owner_offers_to_log_out(home: Household, tmp_path: Path) -> None:
    owned = [path for path in portal_addresses(tmp_path, "GET") if path.startswith(("/compte", "/enfants"))]
    assert len(owned) >= 10
    with inside(home, tmp_path / "sheets") as parent:
        for path in owned:
            page = parent.get(path)
            if page.status_code == 200:
                assert 'action="/deconnexion"' in page.text, path


def test_a_query_is_no_form(home: Household, tmp_path: Path) -> None:
    """A field in the address counts for nothing, and of a field that comes twice one is read, always the same."""
    with inside(home, tmp_path / "sheets") as parent:
        login = home.account()["login"]
        parent.post("/compte/papier", params={"papier": "oui"}, data={})
        home.desk.sync()
        assert not home.account()["prefers_paper"]
    with home.parent() as other:
        asked = {"identifiant": login, "mot_de_passe": PASSWORD}
        assert other.post("/connexion", params=asked, data={"identifiant": "x"}).status_code == 401
        twice = f"identifiant=x.personne&identifiant={login}&mot_de_passe=faux&mot_de_passe={PASSWORD}"
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        found = {other.post("/connexion", content=twice, headers=form).url.path for _ in range(2)}
        assert len(found) == 1
        assert log_in(other, login).url.path == "/enfants"
