"""The tables that only a desktop has: acts not yet sent, links to servers, keys, preferences."""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, Column, Integer, MetaData, String, Table, Text

from app.models.tables import metadata as school_metadata

metadata = MetaData(naming_convention=school_metadata.naming_convention)

pending_acts = Table(
    "pending_acts",
    metadata,
    Column("act_id", String(36), primary_key=True),
    Column("school_id", String(36), nullable=False, index=True),
    Column("position", BigInteger, nullable=False, unique=True),  # order of doing; the device's act number
    Column("kind", Text, nullable=False),
    Column("kind_version", Integer, nullable=False),
    Column("fields", JSON, nullable=False),
    Column("author", Text, nullable=False),
    Column("client_time", Text, nullable=False),
    Column("before_images", JSON, nullable=False),  # [[table, id, row before or null], …]
    Column("parts_sent", Integer, nullable=False, server_default="0"),
    Column("repushed", JSON(none_as_null=True)),  # what the server had said, for an act pushed again after a restore
)

links = Table(
    "links",
    metadata,
    Column("school_id", String(36), primary_key=True),
    Column("server_url", Text, nullable=False),
    Column("device_id", Text, nullable=False),
    Column("person_id", Text, nullable=False),
    Column("person_name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("cursor", BigInteger, nullable=False, server_default="0"),
    Column("epoch", Text),
    Column("last_success_at", Text),
    Column("last_attempt_at", Text),
    Column("last_error_code", Text),
    Column("last_error", Text),
)

school_keys = Table(
    "school_keys",
    metadata,
    Column("school_id", String(36), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("key", Text, nullable=False),  # base64, 32 bytes
)

preferences = Table(
    "preferences", metadata, Column("key", Text, primary_key=True), Column("value", JSON(none_as_null=True))
)

printed_files = Table(
    "printed_files",  # PDF files that this PC wrote, to offer their deletion once they are handed out
    metadata,
    Column("path", Text, primary_key=True),
    Column("school_id", String(36), nullable=False),
    Column("batch_id", String(36), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("written_at", Text, nullable=False),
)

secrets = Table(  # only where the machine has no keyring
    "secrets", metadata, Column("name", Text, primary_key=True), Column("value", Text, nullable=False)
)
