"""The server's settings: environment variables ``PREAU_…``, documented one by one here and in the operator's guide."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Literal

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy.engine import make_url

from app.models.errors import Refused
from app.server.portal.federation.provider import Provider

SECRET_BYTES = 32


class ServerSettings(BaseSettings):
    """Everything that an operator decides. Each field is the variable ``PREAU_<FIELD>``."""

    model_config = SettingsConfigDict(env_prefix="PREAU_", extra="ignore")

    database_url: str = Field(
        default="sqlite:///preau-serveur.db", description="Base: fichier SQLite ou postgresql://…"
    )
    public_url: str = Field(
        default="http://127.0.0.1:8000", description="Adresse du portail, telle que les parents la lisent"
    )
    secret: str = Field(default="", description="Secret du serveur, 64 chiffres hexadécimaux, gardé hors de la base")
    secret_file: Path | None = Field(
        default=None, description="Fichier du secret ; par défaut à côté de la base SQLite"
    )
    secret_former: str = Field(
        default="", description="Secret d’avant, pour lire ce qu’il a chiffré et signé ; voir « Changer le secret »"
    )
    sheet_life_days: int = Field(default=92, ge=7, le=366, description="Durée de validité d’une feuille, en jours")
    password_policy: Literal["renforcée", "educonnect-2019"] = Field(
        default="renforcée", description="Règle des mots de passe choisis par les parents"
    )
    leaked_passwords: Path | None = Field(
        default=None, description="Liste de mots de passe qui ont fui (SHA-1 triés) : aucun d’eux n’est accepté"
    )
    federations: tuple[Provider, ...] = Field(
        default=(), description="Fournisseurs d’identité (FranceConnect, ENT) : liste JSON ; vide : aucun"
    )
    code_life_minutes: int = Field(default=30, ge=5, le=60, description="Durée de validité d’un code, en minutes")
    terms_version: str = Field(
        default="1",
        max_length=20,
        description="Version des conditions d’utilisation ; changée, elles sont demandées de nouveau ; "
        "vide : elles ne sont pas demandées",
    )
    operator_name: str = Field(default="", description="Qui tient ce service, dans les mentions légales")
    operator_contact: str = Field(
        default="", description="Où signaler une panne : adresse mail, page https://…, ou quelques mots"
    )
    operator_dpo: str = Field(default="", description="Délégué à la protection des données : adresse mail ou page")
    operator_host: str = Field(default="", description="Qui héberge le serveur : nom, adresse, téléphone")
    smtp_host: str = Field(default="", description="Serveur d’envoi des courriels ; vide : les courriels attendent")
    smtp_port: int = Field(default=25, description="Port du serveur d’envoi")
    smtp_starttls: bool = Field(default=False, description="Chiffrer la connexion au serveur d’envoi")
    smtp_user: str = Field(default="", description="Identifiant auprès du serveur d’envoi")
    smtp_password: str = Field(default="", description="Mot de passe auprès du serveur d’envoi")
    smtp_ca_file: Path | None = Field(
        default=None, description="Autorité (PEM) du certificat du serveur d’envoi ; vide : celles du système"
    )
    smtp_timeout_s: float = Field(
        default=30.0,
        gt=0,
        le=120,
        description="Secondes pour chaque réponse du serveur d’envoi ; cinq fois plus après le texte",
    )
    mail_from: str = Field(default="ne-pas-repondre@preau.invalid", description="Expéditeur des courriels")
    mail_return_path: str = Field(
        default="", description="Adresse des retours ; chaque courriel y ajoute « +numéro » devant l’arobase"
    )
    mails_per_minute: int = Field(default=60, ge=0, description="Courriels par minute, au plus ; 0 : sans limite")
    bounces_dir: Path | None = Field(
        default=None, description="Dossier (Maildir, ou un fichier par message) où arrivent les retours"
    )
    sms_url: str = Field(
        default="",
        description="Passerelle SMS : kannel://…, ou une adresse d’apprise où {numero} est le destinataire ; "
        "vide : les SMS attendent",
    )
    sms_reports_url: str = Field(
        default="", description="Adresse de ce serveur vue de la passerelle, pour ses accusés ; vide : celle du portail"
    )
    sms_per_minute: int = Field(default=60, ge=0, description="SMS par minute, au plus ; 0 : sans limite")
    sms_daily_school: int = Field(default=300, ge=0, description="SMS par école et par jour, au plus")
    sms_daily: int = Field(default=5000, ge=0, description="SMS du serveur par jour, au plus")
    outbox_every_s: float = Field(default=5.0, gt=0, description="Secondes entre deux passages de la file d’envoi")
    hash_workers: int = Field(
        default=0, ge=0, le=64, description="Vérifications de mots de passe en même temps ; 0 : une par cœur"
    )
    hash_waiting: int = Field(default=64, ge=1, description="Vérifications en attente avant de répondre « occupé »")
    metrics_token: str = Field(
        default="",
        pattern=r"^(\S{20,})?$",
        description="Jeton demandé par /metrics, de 20 caractères au moins ; vide : cette adresse ne répond qu’à la "
        "machine elle-même",
    )
    log: Literal["texte", "json"] = Field(
        default="texte",
        description="Journal : avertissements en texte, ou chaque demande en JSON, sans donnée personnelle",
    )
    documents_dir: Path | None = Field(
        default=None,
        description="Dossier des bilans, chiffrés ; tous les processus le partagent ; vide : à côté de la base SQLite, "
        "sinon « preau-documents » là où le serveur est lancé",
    )
    backup_file: Path | None = Field(
        default=None, description="La dernière sauvegarde, ou leur dossier : « preau admin check » en dit l’âge"
    )
    dkim_selector: str = Field(
        default="", description="Sélecteur DKIM de l’expéditeur : « preau admin check » le cherche"
    )

    def hashes_at_once(self, processes: int = 1) -> int:
        """How many passwords each of ``processes`` checks at the same moment.

        No more than there are processors: two on one of them push each other's 19 MiB out of its cache (10 % dearer).
        """
        return self.hash_workers or max(1, _processors() // processes)

    def master_secret(self) -> bytes:
        """The 32 bytes from which every key of the server derives; made beside a SQLite base at its first start.

        Raises Refused where PostgreSQL is used and no secret was given (several processes must share one), and for a
        secret that is too short: everybody would know the keys of an empty one.
        """
        if self.secret:
            return _secret(self.secret)
        path = self.secret_file or self._beside_the_base()
        with suppress(FileExistsError):
            _write_secret(path)
        return _secret(path.read_text(encoding="utf-8"))

    def on_pages(self) -> dict[str, object]:
        """What the pages of the portal may name; nothing else of the settings gets there."""
        operator = {name: getattr(self, f"operator_{name}") for name in ("name", "contact", "dpo", "host")}
        return {"federations": self.federations, "terms_version": self.terms_version, "operator": operator}

    def key(self, purpose: str) -> bytes:
        """A 32-byte key for one purpose."""
        return _derived(self.master_secret(), purpose)

    def former_keys(self, purpose: str) -> tuple[bytes, ...]:
        """What the key of one purpose was before the secret was changed: it opens, and closes nothing any more."""
        return (_derived(_secret(self.secret_former), purpose),) if self.secret_former else ()

    def documents_folder(self) -> Path:
        """Where the livret's documents are kept."""
        file = self._base_file()
        return self.documents_dir or (Path(f"{file}.documents") if file else Path("preau-documents"))

    def _beside_the_base(self) -> Path:
        file = self._base_file()
        if file is None:
            raise Refused("no_secret", "Donnez PREAU_SECRET ou PREAU_SECRET_FILE : ce secret reste hors de la base.")
        return Path(f"{file}.secret")

    def _base_file(self) -> str | None:
        url = make_url(self.database_url)
        named = url.get_backend_name() == "sqlite" and url.database not in (None, "", ":memory:")
        return url.database if named else None


def _secret(text: str) -> bytes:
    try:
        found = bytes.fromhex(text.strip())
    except ValueError:
        found = b""
    if len(found) < SECRET_BYTES:
        words = "Le secret du serveur a 64 chiffres hexadécimaux\u00a0: « openssl rand -hex 32 » en fait un."
        raise Refused("secret_form", words)
    return found


def _write_secret(path: Path) -> None:
    """A new secret, readable by this user alone. Raises FileExistsError where there is one."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(secrets.token_hex(SECRET_BYTES))


def _derived(secret: bytes, purpose: str) -> bytes:
    return HKDF(hashes.SHA256(), 32, None, purpose.encode()).derive(secret)


def _processors() -> int:
    """Those that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
