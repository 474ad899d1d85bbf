"""The first version of the server's base."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from app.services.migrations.school import step_0001

revision = "0001"
down_revision = None

Json = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    """The school's tables, then those that only the server has."""
    step_0001.upgrade()
    op.create_table(
        "act_parts",
        sa.Column("school_id", sa.String(length=36), nullable=False),
        sa.Column("act_id", sa.String(length=36), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("school_id", "act_id", "part", name=op.f("pk_act_parts")),
    )
    op.create_table(
        "activations",
        sa.Column("id_hash", sa.String(length=64), nullable=False),
        sa.Column("secret_id", sa.String(length=36), nullable=False),
        sa.Column("portal_account_id", sa.String(length=36), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.Text()),
        sa.PrimaryKeyConstraint("id_hash", name=op.f("pk_activations")),
    )
    op.create_table(
        "child_keys",
        sa.Column("ine", sa.Text(), nullable=False),
        sa.Column("portal_account_id", sa.String(length=36), nullable=False),
        sa.PrimaryKeyConstraint("ine", "portal_account_id", name=op.f("pk_child_keys")),
    )
    op.create_table(
        "device_tokens",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("device_id", sa.String(length=36), nullable=False),
        sa.Column("school_id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("person_name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("public_key", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.Text(), nullable=False),
        sa.Column("revoked_at", sa.Text()),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_device_tokens")),
    )
    op.create_index(op.f("ix_device_tokens_device_id"), "device_tokens", ["device_id"], unique=False)
    op.create_table(
        "enrol_codes",
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("school_id", sa.String(length=36), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("person_name", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.Text(), nullable=False),
        sa.Column("used_at", sa.Text()),
        sa.Column("used_by_key", sa.Text()),
        sa.Column("ends_person_id", sa.String(length=36)),
        sa.PrimaryKeyConstraint("code_hash", name=op.f("pk_enrol_codes")),
    )
    op.create_table(
        "heads",
        sa.Column("school_id", sa.String(length=36), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("school_id", name=op.f("pk_heads")),
    )
    op.create_table(
        "inbox",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("school_id", sa.String(length=36), nullable=False),
        sa.Column("account_id", sa.String(length=36)),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("payload", Json),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("folded_at", sa.Text()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbox")),
    )
    op.create_index(op.f("ix_inbox_school_id_folded_at"), "inbox", ["school_id", "folded_at"], unique=False)
    op.create_table(
        "mail_runs",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("school_id", sa.String(length=36), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("paused_at", sa.Text()),
        sa.Column("tried_before", sa.Integer(), server_default="0", nullable=False),
        sa.Column("refused_before", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_runs")),
    )
    op.create_index(op.f("ix_mail_runs_school_id"), "mail_runs", ["school_id"], unique=False)
    op.create_table(
        "mail_tokens",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("portal_account_id", sa.String(length=36), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.Text(), nullable=False),
        sa.Column("used_at", sa.Text()),
        sa.Column("voided_at", sa.Text()),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_mail_tokens")),
    )
    op.create_index(op.f("ix_mail_tokens_portal_account_id"), "mail_tokens", ["portal_account_id"], unique=False)
    op.create_table(
        "outbox",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("school_id", sa.String(length=36)),
        sa.Column("account_id", sa.String(length=36)),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("template", sa.Text(), nullable=False),
        sa.Column("params", sa.Text()),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("run_id", sa.String(length=36)),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("next_at", sa.Text(), nullable=False),
        sa.Column("tried_at", sa.Text()),
        sa.Column("lease_until", sa.Text()),
        sa.Column("last_error", sa.Text()),
        sa.Column("done_at", sa.Text()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
    )
    op.create_index(op.f("ix_outbox_channel_tried_at"), "outbox", ["channel", "tried_at"], unique=False)
    op.create_index(op.f("ix_outbox_run_id"), "outbox", ["run_id"], unique=False)
    op.create_index(op.f("ix_outbox_state_next_at"), "outbox", ["state", "next_at"], unique=False)
    op.create_table(
        "portal_accounts",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("folded_name", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text()),
        sa.Column("password_changed_at", sa.Text()),
        sa.Column("email", sa.Text()),
        sa.Column("email_verified_at", sa.Text()),
        sa.Column("pending_email", sa.Text()),
        sa.Column("mobile", sa.Text()),
        sa.Column("mobile_verified_at", sa.Text()),
        sa.Column("last_access_on", sa.Text()),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_portal_accounts")),
        sa.UniqueConstraint("login"),
    )
    op.create_table(
        "portal_links",
        sa.Column("school_id", sa.String(length=36), nullable=False),
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("portal_account_id", sa.String(length=36), nullable=False),
        sa.PrimaryKeyConstraint("school_id", "account_id", name=op.f("pk_portal_links")),
    )
    op.create_index(op.f("ix_portal_links_portal_account_id"), "portal_links", ["portal_account_id"], unique=False)
    op.create_table(
        "provisional_secrets",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("portal_account_id", sa.String(length=36), nullable=False),
        sa.Column("school_id", sa.String(length=36), nullable=False),
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("password_hash", sa.Text()),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("reset", sa.Boolean(), nullable=False),
        sa.Column("accepted_at", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.Text(), nullable=False),
        sa.Column("used_at", sa.Text()),
        sa.Column("voided_at", sa.Text()),
        sa.Column("void_reason", sa.Text()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provisional_secrets")),
        sa.UniqueConstraint("token_hash"),
    )
    op.create_index(
        op.f("ix_provisional_secrets_portal_account_id"), "provisional_secrets", ["portal_account_id"], unique=False
    )
    op.create_table(
        "retired_logins",
        sa.Column("login", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("login", name=op.f("pk_retired_logins")),
    )
    op.create_table(
        "server_state",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_server_state")),
    )
    op.create_table(
        "sessions",
        sa.Column("id_hash", sa.String(length=64), nullable=False),
        sa.Column("portal_account_id", sa.String(length=36), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("seen_at", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.Text()),
        sa.PrimaryKeyConstraint("id_hash", name=op.f("pk_sessions")),
    )
    op.create_index(op.f("ix_sessions_portal_account_id"), "sessions", ["portal_account_id"], unique=False)
    op.create_table(
        "tries",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.Text(), nullable=False),
        sa.Column("closed_at", sa.Text()),
        sa.PrimaryKeyConstraint("scope", "subject", name=op.f("pk_tries")),
    )
