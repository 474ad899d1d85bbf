"""The first version of a vault."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.services.migrations.school import step_0001

revision = "0001"
down_revision = None


def upgrade() -> None:
    """The school's tables, then those that only a desktop has."""
    step_0001.upgrade()
    op.create_table(
        "documents",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_documents")),
    )
    op.create_table(
        "links",
        sa.Column("school_id", sa.String(length=36), nullable=False),
        sa.Column("server_url", sa.Text(), nullable=False),
        sa.Column("device_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("person_name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("cursor", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("epoch", sa.Text()),
        sa.Column("last_success_at", sa.Text()),
        sa.Column("last_attempt_at", sa.Text()),
        sa.Column("last_error_code", sa.Text()),
        sa.Column("last_error", sa.Text()),
        sa.PrimaryKeyConstraint("school_id", name=op.f("pk_links")),
    )
    op.create_table(
        "officer",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("server_url", sa.Text(), nullable=False),
        sa.Column("device_id", sa.Text(), nullable=False),
        sa.Column("seen_at", sa.Text(), nullable=False),
        sa.Column("ahead_s", sa.Integer(), server_default="0", nullable=False),
        sa.Column("last_success_at", sa.Text()),
        sa.Column("last_error_code", sa.Text()),
        sa.Column("last_error", sa.Text()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_officer")),
    )
    op.create_table(
        "officer_schools",
        sa.Column("school_id", sa.String(length=36), nullable=False),
        sa.Column("uai", sa.Text()),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("town", sa.Text()),
        sa.Column("counts", sa.JSON(none_as_null=True)),
        sa.Column("grant_id", sa.String(length=36)),
        sa.Column("granted_until", sa.Text()),
        sa.PrimaryKeyConstraint("school_id", name=op.f("pk_officer_schools")),
    )
    op.create_table(
        "pending_acts",
        sa.Column("act_id", sa.String(length=36), nullable=False),
        sa.Column("school_id", sa.String(length=36), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("kind_version", sa.Integer(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("client_time", sa.Text(), nullable=False),
        sa.Column("before_images", sa.JSON(), nullable=False),
        sa.Column("parts_sent", sa.Integer(), server_default="0", nullable=False),
        sa.Column("repushed", sa.JSON(none_as_null=True)),
        sa.PrimaryKeyConstraint("act_id", name=op.f("pk_pending_acts")),
        sa.UniqueConstraint("position"),
    )
    op.create_index(op.f("ix_pending_acts_school_id"), "pending_acts", ["school_id"], unique=False)
    op.create_table(
        "preferences",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.JSON(none_as_null=True)),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_preferences")),
    )
    op.create_table(
        "printed_files",
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("school_id", sa.String(length=36), nullable=False),
        sa.Column("batch_id", sa.String(length=36), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("written_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("path", name=op.f("pk_printed_files")),
    )
    op.create_table(
        "school_keys",
        sa.Column("school_id", sa.String(length=36), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("school_id", "version", name=op.f("pk_school_keys")),
    )
    op.create_table(
        "secrets",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_secrets")),
    )
