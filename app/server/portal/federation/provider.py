"""An identity provider as the operator describes it: one entry of ``PREAU_FEDERATIONS``."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from app.models.states import AccountOrigin, Way


class Provider(BaseModel):
    """What the operator was given by the provider. Nothing is on unless it is here."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z][a-z0-9-]{1,30}$")
    """Stands in the addresses and in the bindings; never changed afterwards."""
    label: str = Field(min_length=1, max_length=60)
    """« S’identifier avec FranceConnect », « identité de démonstration »: what the button says."""
    origin: AccountOrigin = AccountOrigin.FRANCECONNECT
    issuer: str
    """The address before ``/.well-known/openid-configuration``."""
    client_id: str
    client_secret: str
    acr: str | None = "eidas1"
    """The level asked for and checked; None where the provider knows none."""
    scopes: tuple[str, ...] = ("openid", "given_name", "family_name", "preferred_username", "birthdate", "email")
    algorithms: tuple[str, ...] = ("ES256", "RS256")
    signed_userinfo: bool = True
    """Whether its answer about a person is a signed token, as FranceConnect's is; checked then."""
    encryption_key_file: Path | None = None
    """Our private key (PEM) where what it says is encrypted for us."""
    name: str | None = Field(default=None, max_length=40)
    """« FranceConnect », as the link to its explanation names it."""
    about_url: str | None = None
    """Where « Qu’est-ce que FranceConnect ? » leads."""

    @property
    def way(self) -> Way:
        """How a parent who comes by it comes in."""
        return Way.FRANCECONNECT if self.origin is AccountOrigin.FRANCECONNECT else Way.ENT
