"""The tables that only a desktop has: acts not yet sent, links to servers, keys, preferences."""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, Column, Integer, LargeBinary, MetaData, String, Table, Text

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

officer = Table(
    "officer",  # one row at most: this PC is that of a support officer (ERUN)
    metadata,
    Column("id", String(36), primary_key=True),
    Column("name", Text, nullable=False),
    Column("server_url", Text, nullable=False),
    Column("device_id", Text, nullable=False),
    Column(
        "seen_at", Text, nullable=False
    ),  # the latest instant that this PC has known; a clock put back is told by it
    Column(
        "ahead_s", Integer, nullable=False, server_default="0"
    ),  # by how much the server's clock was ahead of it then
    Column("last_success_at", Text),
    Column("last_error_code", Text),
    Column("last_error", Text),
)

officer_schools = Table(
    "officer_schools",  # what the server last said of the officer's schools, read without a network
    metadata,
    Column("school_id", String(36), primary_key=True),
    Column("uai", Text),
    Column("name", Text, nullable=False),
    Column("town", Text),
    Column("counts", JSON(none_as_null=True)),
    Column("grant_id", String(36)),
    Column("granted_until", Text),
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

documents = Table(
    "documents",  # the livret's documents that this PC keeps, by the SHA-256 of their bytes
    metadata,
    Column("id", String(64), primary_key=True),
    Column("content", LargeBinary, nullable=False),
    Column("size", Integer, nullable=False),
    Column("added_at", Text, nullable=False),
)

secrets = Table(  # only where the machine has no keyring
    "secrets", metadata, Column("name", Text, primary_key=True), Column("value", Text, nullable=False)
)
