"""The server's settings: environment variables ``PREAU_…``, documented one by one here and in the operator's guide."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Literal

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy.engine import make_url

from app.models.errors import Refused


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
    sheet_life_days: int = Field(default=92, ge=7, le=366, description="Durée de validité d’une feuille, en jours")
    password_policy: Literal["renforcée", "educonnect-2019"] = Field(
        default="renforcée", description="Règle des mots de passe choisis par les parents"
    )
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
    outbox_every_s: float = Field(default=5.0, gt=0, description="Secondes entre deux passages de la file d’envoi")
    hash_workers: int = Field(default=2, ge=1, le=64, description="Vérifications de mots de passe en même temps")
    hash_waiting: int = Field(default=64, ge=1, description="Vérifications en attente avant de répondre « occupé »")

    def master_secret(self) -> bytes:
        """The 32 bytes from which every key of the server derives; made beside a SQLite base at its first start.

        Raises Refused where PostgreSQL is used and no secret was given: several processes must share one.
        """
        if self.secret:
            return bytes.fromhex(self.secret)
        path = self.secret_file or self._beside_the_base()
        if not path.exists():
            path.touch(mode=0o600)
            path.write_text(secrets.token_hex(32), encoding="ascii")
        return bytes.fromhex(path.read_text(encoding="ascii").strip())

    def key(self, purpose: str) -> bytes:
        """A 32-byte key for one purpose."""
        return HKDF(hashes.SHA256(), 32, None, purpose.encode()).derive(self.master_secret())

    def _beside_the_base(self) -> Path:
        url = make_url(self.database_url)
        if url.get_backend_name() != "sqlite" or not url.database or url.database == ":memory:":
            raise Refused("no_secret", "Donnez PREAU_SECRET ou PREAU_SECRET_FILE : ce secret reste hors de la base.")
        return Path(f"{url.database}.secret")
