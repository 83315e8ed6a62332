"""Evaluations, and documents for every case."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from tracker.core.types import UTCDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "receipt_counters",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last_sequence", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_receipt_counters")),
    )
    op.create_table(
        "uploads",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("context", sa.String(length=80), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("sender", sa.String(length=80), nullable=True),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "complete",
                "used",
                "terminated",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.CheckConstraint("size_bytes >= 0", name=op.f("ck_uploads_size_not_negative")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_uploads_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_uploads")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_uploads_token_hash")),
    )
    with op.batch_alter_table("uploads", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_uploads_context"), ["context"], unique=False)
        batch_op.create_index(batch_op.f("ix_uploads_expires_at"), ["expires_at"], unique=False)

    op.create_table(
        "documents",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column(
            "series",
            sa.Enum("main", "tenders", name="series", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "terms_of_reference",
                "inception_report",
                "draft_report",
                "fact_check",
                "final_report",
                "presentation",
                "decision",
                "agreement",
                "procurement_document",
                "tender",
                "minutes",
                "letter",
                "evidence",
                "other",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("registered_on", sa.Date(), nullable=False),
        sa.Column(
            "direction",
            sa.Enum(
                "incoming",
                "outgoing",
                "internal",
                name="direction",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("correspondent", sa.String(length=200), nullable=True),
        sa.Column(
            "secrecy_class",
            sa.Enum(
                "open",
                "restricted",
                "sealed",
                name="secrecy_class",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("secrecy_ground", sa.String(length=200), nullable=True),
        sa.Column(
            "information_class",
            sa.Enum(
                "general",
                "tender",
                "price",
                name="information_class",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "retention",
            sa.Enum(
                "keep",
                "years_4_from_award",
                "years_7",
                "years_10",
                "minor_importance",
                name="retention",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("public_copy_of_id", sa.Integer(), nullable=True),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("created_by_name", sa.String(length=200), nullable=False),
        sa.Column("submission_id", sa.String(length=36), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "direction = 'internal' OR length(correspondent) > 0", name=op.f("ck_documents_correspondent_given")
        ),
        sa.CheckConstraint("length(title) > 0", name=op.f("ck_documents_title_given")),
        sa.CheckConstraint("number > 0", name=op.f("ck_documents_number_positive")),
        sa.CheckConstraint(
            "public_copy_of_id IS NULL OR public_copy_of_id <> id", name=op.f("ck_documents_copy_of_another")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_documents_case_id_cases")),
        sa.ForeignKeyConstraint(["created_by_id"], ["people.id"], name=op.f("fk_documents_created_by_id_people")),
        sa.ForeignKeyConstraint(
            ["public_copy_of_id"], ["documents.id"], name=op.f("fk_documents_public_copy_of_id_documents")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_documents")),
        sa.UniqueConstraint("case_id", "series", "number", name=op.f("uq_documents_case_id_series_number")),
        sa.UniqueConstraint("submission_id", name=op.f("uq_documents_submission_id")),
    )
    with op.batch_alter_table("documents", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_documents_public_copy_of_id"), ["public_copy_of_id"], unique=False)

    op.create_table(
        "document_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=120), nullable=False),
        sa.Column("received_at", UTCDateTime(), nullable=False),
        sa.Column("uploaded_by_id", sa.Integer(), nullable=True),
        sa.Column("uploaded_by_name", sa.String(length=200), nullable=False),
        sa.Column("for_name", sa.String(length=200), nullable=True),
        sa.Column("change_note", sa.Text(), nullable=True),
        sa.Column("findings", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("is_set_aside", sa.Boolean(), nullable=False),
        sa.Column("released_at", UTCDateTime(), nullable=True),
        sa.Column("released_by_name", sa.String(length=200), nullable=True),
        sa.Column("release_reason", sa.String(length=500), nullable=True),
        sa.Column(
            "scan_state",
            sa.Enum(
                "pending",
                "clean",
                "infected",
                "failed",
                "not_configured",
                name="scan_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("scan_detail", sa.String(length=300), nullable=True),
        sa.Column("scanned_at", UTCDateTime(), nullable=True),
        sa.Column("scan_attempts", sa.Integer(), nullable=False),
        sa.Column(
            "text_state",
            sa.Enum(
                "pending",
                "done",
                "empty",
                "failed",
                name="text_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("text_tried_at", UTCDateTime(), nullable=True),
        sa.Column("text_attempts", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.String(length=36), nullable=True),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_document_versions_sha256_length")),
        sa.CheckConstraint("number > 0", name=op.f("ck_document_versions_number_positive")),
        sa.CheckConstraint("size_bytes >= 0", name=op.f("ck_document_versions_size_not_negative")),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name=op.f("fk_document_versions_document_id_documents")
        ),
        sa.ForeignKeyConstraint(
            ["uploaded_by_id"], ["people.id"], name=op.f("fk_document_versions_uploaded_by_id_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_versions")),
        sa.UniqueConstraint("document_id", "number", name=op.f("uq_document_versions_document_id_number")),
        sa.UniqueConstraint("submission_id", name=op.f("uq_document_versions_submission_id")),
    )
    with op.batch_alter_table("document_versions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_document_versions_sha256"), ["sha256"], unique=False)
        batch_op.create_index(
            "ix_document_versions_unread",
            ["id"],
            unique=False,
            postgresql_where=sa.text("text_state IN ('pending', 'failed')"),
            sqlite_where=sa.text("text_state IN ('pending', 'failed')"),
        )
        batch_op.create_index(
            "ix_document_versions_unscanned",
            ["id"],
            unique=False,
            postgresql_where=sa.text("scan_state IN ('pending', 'failed')"),
            sqlite_where=sa.text("scan_state IN ('pending', 'failed')"),
        )

    op.create_table(
        "evaluations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("is_own", sa.Boolean(), nullable=False),
        sa.Column("commissioner_id", sa.Integer(), nullable=True),
        sa.Column("commissioner_name", sa.String(length=200), nullable=True),
        sa.Column("commissioned_on", sa.Date(), nullable=True),
        sa.Column("commission_decision", sa.String(length=200), nullable=True),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("questions", sa.Text(), nullable=False),
        sa.Column("criteria", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("budget_ore", sa.BigInteger(), nullable=True),
        sa.Column(
            "selection",
            sa.Enum(
                "direct_award",
                "call_off",
                "procurement",
                name="selection",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("selection_reason", sa.Text(), nullable=True),
        sa.Column("procurement_id", sa.Integer(), nullable=True),
        sa.Column("provider_id", sa.Integer(), nullable=True),
        sa.Column("provider_name", sa.String(length=200), nullable=True),
        sa.Column("contract_signed_on", sa.Date(), nullable=True),
        sa.Column("contract_ends_on", sa.Date(), nullable=True),
        sa.Column("contract_reference", sa.String(length=200), nullable=True),
        sa.Column("contract_ore", sa.BigInteger(), nullable=True),
        sa.Column("contract_document_id", sa.Integer(), nullable=True),
        sa.Column("response_days", sa.Integer(), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=True),
        sa.Column("report_url", sa.String(length=500), nullable=True),
        sa.Column("is_sharing_responses", sa.Boolean(), nullable=False),
        sa.Column("source", sa.String(length=500), nullable=True),
        sa.Column("cancel_reason", sa.String(length=500), nullable=True),
        sa.CheckConstraint(
            "NOT is_own OR commissioner_id IS NOT NULL", name=op.f("ck_evaluations_own_has_commissioner")
        ),
        sa.CheckConstraint("budget_ore IS NULL OR budget_ore >= 0", name=op.f("ck_evaluations_budget_not_negative")),
        sa.CheckConstraint(
            "contract_ore IS NULL OR contract_ore >= 0", name=op.f("ck_evaluations_contract_not_negative")
        ),
        sa.CheckConstraint(
            "contract_signed_on IS NULL OR provider_id IS NOT NULL", name=op.f("ck_evaluations_contract_has_provider")
        ),
        sa.CheckConstraint(
            "is_own OR commissioner_name IS NOT NULL", name=op.f("ck_evaluations_noted_names_commissioner")
        ),
        sa.ForeignKeyConstraint(
            ["commissioner_id"], ["organisations.id"], name=op.f("fk_evaluations_commissioner_id_organisations")
        ),
        sa.ForeignKeyConstraint(
            ["contract_document_id"], ["documents.id"], name=op.f("fk_evaluations_contract_document_id_documents")
        ),
        sa.ForeignKeyConstraint(["id"], ["cases.id"], name=op.f("fk_evaluations_id_cases")),
        sa.ForeignKeyConstraint(["procurement_id"], ["cases.id"], name=op.f("fk_evaluations_procurement_id_cases")),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["organisations.id"], name=op.f("fk_evaluations_provider_id_organisations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluations")),
    )
    with op.batch_alter_table("evaluations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_evaluations_procurement_id"), ["procurement_id"], unique=False)

    op.create_table(
        "cost_allocations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("evaluation_id", sa.Integer(), nullable=False),
        sa.Column("amount_ore", sa.BigInteger(), nullable=False),
        sa.Column("populations_on", sa.Date(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("decision", sa.String(length=200), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("made_by_name", sa.String(length=200), nullable=False),
        sa.Column("superseded_at", UTCDateTime(), nullable=True),
        sa.Column("submission_id", sa.String(length=36), nullable=True),
        sa.CheckConstraint("amount_ore >= 0", name=op.f("ck_cost_allocations_amount_not_negative")),
        sa.ForeignKeyConstraint(
            ["evaluation_id"], ["evaluations.id"], name=op.f("fk_cost_allocations_evaluation_id_evaluations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cost_allocations")),
        sa.UniqueConstraint("submission_id", name=op.f("uq_cost_allocations_submission_id")),
    )
    with op.batch_alter_table("cost_allocations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_cost_allocations_evaluation_id"), ["evaluation_id"], unique=False)
        batch_op.create_index(
            "uq_cost_allocations_standing",
            ["evaluation_id"],
            unique=True,
            postgresql_where=sa.text("superseded_at IS NULL"),
            sqlite_where=sa.text("superseded_at IS NULL"),
        )

    op.create_table(
        "ended_contracts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("evaluation_id", sa.Integer(), nullable=False),
        sa.Column("provider_id", sa.Integer(), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("reference", sa.String(length=200), nullable=True),
        sa.Column("contract_ore", sa.BigInteger(), nullable=True),
        sa.Column("document_id", sa.Integer(), nullable=True),
        sa.Column("ended_at", UTCDateTime(), nullable=False),
        sa.Column("ended_by_name", sa.String(length=200), nullable=False),
        sa.CheckConstraint("ended_on >= signed_on", name=op.f("ck_ended_contracts_days_in_order")),
        sa.CheckConstraint("length(reason) > 0", name=op.f("ck_ended_contracts_reason_given")),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name=op.f("fk_ended_contracts_document_id_documents")
        ),
        sa.ForeignKeyConstraint(
            ["evaluation_id"], ["evaluations.id"], name=op.f("fk_ended_contracts_evaluation_id_evaluations")
        ),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["organisations.id"], name=op.f("fk_ended_contracts_provider_id_organisations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ended_contracts")),
    )
    with op.batch_alter_table("ended_contracts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ended_contracts_evaluation_id"), ["evaluation_id"], unique=False)

    op.create_table(
        "deliverables",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("evaluation_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "terms_of_reference",
                "inception_report",
                "draft_report",
                "fact_check",
                "final_report",
                "presentation",
                "other",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "delivered_by",
            sa.Enum(
                "evaluator", "commissioner", name="delivered_by", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("first_due_on", sa.Date(), nullable=False),
        sa.Column("format", sa.String(length=200), nullable=True),
        sa.Column("next_step", sa.String(length=500), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "submitted",
                "returned",
                "approved",
                "cancelled",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("document_id", sa.Integer(), nullable=True),
        sa.Column("submitted_at", UTCDateTime(), nullable=True),
        sa.Column("approved_at", UTCDateTime(), nullable=True),
        sa.Column("submission_id", sa.String(length=36), nullable=True),
        sa.Column("ended_contract_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("length(title) > 0", name=op.f("ck_deliverables_title_given")),
        sa.CheckConstraint(
            "ended_contract_id IS NULL OR state IN ('approved', 'cancelled')",
            name=op.f("ck_deliverables_ended_is_finished"),
        ),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_deliverables_document_id_documents")),
        sa.ForeignKeyConstraint(
            ["ended_contract_id"],
            ["ended_contracts.id"],
            name=op.f("fk_deliverables_ended_contract_id_ended_contracts"),
        ),
        sa.ForeignKeyConstraint(
            ["evaluation_id"], ["evaluations.id"], name=op.f("fk_deliverables_evaluation_id_evaluations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliverables")),
        sa.UniqueConstraint("submission_id", name=op.f("uq_deliverables_submission_id")),
    )
    with op.batch_alter_table("deliverables", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_deliverables_document_id"), ["document_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_deliverables_ended_contract_id"), ["ended_contract_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_deliverables_evaluation_id"), ["evaluation_id"], unique=False)

    op.create_table(
        "document_texts",
        sa.Column("version_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("is_cut", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"], ["document_versions.id"], name=op.f("fk_document_texts_version_id_document_versions")
        ),
        sa.PrimaryKeyConstraint("version_id", name=op.f("pk_document_texts")),
    )
    op.create_table(
        "receipts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("pdf_sha256", sa.String(length=64), nullable=True),
        sa.Column("pdf_en_sha256", sa.String(length=64), nullable=True),
        sa.Column("issued_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"], ["document_versions.id"], name=op.f("fk_receipts_version_id_document_versions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipts")),
        sa.UniqueConstraint("number", name=op.f("uq_receipts_number")),
        sa.UniqueConstraint("version_id", name=op.f("uq_receipts_version_id")),
    )
    with op.batch_alter_table("receipts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_receipts_pdf_en_sha256"), ["pdf_en_sha256"], unique=False)
        batch_op.create_index(batch_op.f("ix_receipts_pdf_sha256"), ["pdf_sha256"], unique=False)

    op.create_table(
        "recommendations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("evaluation_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("page", sa.String(length=40), nullable=False),
        sa.Column(
            "priority",
            sa.Enum("high", "medium", "low", name="priority", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("addressee_id", sa.Integer(), nullable=False),
        sa.Column("suggested_owner", sa.String(length=200), nullable=True),
        sa.Column("entered_at", UTCDateTime(), nullable=False),
        sa.Column("entered_by_name", sa.String(length=200), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("response_due_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("submission_id", sa.String(length=36), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("length(body) > 0", name=op.f("ck_recommendations_body_given")),
        sa.CheckConstraint("length(page) > 0", name=op.f("ck_recommendations_page_given")),
        sa.CheckConstraint("number > 0", name=op.f("ck_recommendations_number_positive")),
        sa.ForeignKeyConstraint(
            ["addressee_id"], ["organisations.id"], name=op.f("fk_recommendations_addressee_id_organisations")
        ),
        sa.ForeignKeyConstraint(
            ["evaluation_id"], ["evaluations.id"], name=op.f("fk_recommendations_evaluation_id_evaluations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recommendations")),
        sa.UniqueConstraint("evaluation_id", "number", name=op.f("uq_recommendations_evaluation_id_number")),
        sa.UniqueConstraint("submission_id", name=op.f("uq_recommendations_submission_id")),
    )
    with op.batch_alter_table("recommendations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_recommendations_addressee_id"), ["addressee_id"], unique=False)

    op.create_table(
        "team_members",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("evaluation_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("part", sa.String(length=100), nullable=True),
        sa.Column("is_contact", sa.Boolean(), nullable=False),
        sa.Column(
            "reminder_days",
            sa.Enum(
                "usual",
                "more",
                "calendar",
                name="reminder_days",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("joined_on", sa.Date(), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("left_reason", sa.Text(), nullable=True),
        sa.Column("ended_contract_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "ended_contract_id IS NULL OR left_on IS NOT NULL", name=op.f("ck_team_members_ended_has_left")
        ),
        sa.ForeignKeyConstraint(
            ["ended_contract_id"],
            ["ended_contracts.id"],
            name=op.f("fk_team_members_ended_contract_id_ended_contracts"),
        ),
        sa.ForeignKeyConstraint(
            ["evaluation_id"], ["evaluations.id"], name=op.f("fk_team_members_evaluation_id_evaluations")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_team_members_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team_members")),
    )
    with op.batch_alter_table("team_members", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_team_members_ended_contract_id"), ["ended_contract_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_team_members_person_id"), ["person_id"], unique=False)
        batch_op.create_index(
            "uq_team_members_person",
            ["evaluation_id", "person_id"],
            unique=True,
            postgresql_where=sa.text("ended_contract_id IS NULL"),
            sqlite_where=sa.text("ended_contract_id IS NULL"),
        )
        batch_op.create_index(
            "uq_team_members_contact",
            ["evaluation_id"],
            unique=True,
            postgresql_where=sa.text("is_contact AND left_on IS NULL"),
            sqlite_where=sa.text("is_contact AND left_on IS NULL"),
        )

    op.create_table(
        "actions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recommendation_id", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("owner_name", sa.String(length=200), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "done",
                "verified",
                "no_longer_applicable",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("done_by_id", sa.Integer(), nullable=True),
        sa.Column("done_by_name", sa.String(length=200), nullable=True),
        sa.Column("evidence", sa.Text(), nullable=True),
        sa.Column("evidence_document_id", sa.Integer(), nullable=True),
        sa.Column("verified_by_id", sa.Integer(), nullable=True),
        sa.Column("verified_by_name", sa.String(length=200), nullable=True),
        sa.Column("verified_at", UTCDateTime(), nullable=True),
        sa.Column("verification_note", sa.Text(), nullable=True),
        sa.Column("dropped_reason", sa.Text(), nullable=True),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("submission_id", sa.String(length=36), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state <> 'done' AND state <> 'verified' OR done_on IS NOT NULL", name=op.f("ck_actions_done_day_given")
        ),
        sa.CheckConstraint(
            "state <> 'no_longer_applicable' OR length(dropped_reason) > 0",
            name=op.f("ck_actions_dropped_reason_given"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('verified', 'no_longer_applicable') OR (verified_at IS NOT NULL AND verified_by_id IS NOT NULL)",
            name=op.f("ck_actions_verified_whole"),
        ),
        sa.CheckConstraint("owner_id IS NOT NULL OR length(owner_name) > 0", name=op.f("ck_actions_owner_given")),
        sa.CheckConstraint(
            "verified_by_id IS NULL OR done_by_id IS NULL OR verified_by_id <> done_by_id",
            name=op.f("ck_actions_not_verified_by_doer"),
        ),
        sa.CheckConstraint(
            "verified_by_id IS NULL OR owner_id IS NULL OR verified_by_id <> owner_id",
            name=op.f("ck_actions_verified_by_another"),
        ),
        sa.CheckConstraint(
            "verified_by_name IS NULL OR owner_id IS NOT NULL OR verified_by_name <> owner_name",
            name=op.f("ck_actions_not_verified_by_namesake"),
        ),
        sa.ForeignKeyConstraint(["done_by_id"], ["people.id"], name=op.f("fk_actions_done_by_id_people")),
        sa.ForeignKeyConstraint(
            ["evidence_document_id"], ["documents.id"], name=op.f("fk_actions_evidence_document_id_documents")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_actions_organisation_id_organisations")
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["people.id"], name=op.f("fk_actions_owner_id_people")),
        sa.ForeignKeyConstraint(
            ["recommendation_id"], ["recommendations.id"], name=op.f("fk_actions_recommendation_id_recommendations")
        ),
        sa.ForeignKeyConstraint(["verified_by_id"], ["people.id"], name=op.f("fk_actions_verified_by_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_actions")),
        sa.UniqueConstraint("submission_id", name=op.f("uq_actions_submission_id")),
    )
    with op.batch_alter_table("actions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_actions_owner_id"), ["owner_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_actions_recommendation_id"), ["recommendation_id"], unique=False)

    op.create_table(
        "cost_shares",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("allocation_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("inhabitants", sa.Integer(), nullable=False),
        sa.Column("share_ore", sa.BigInteger(), nullable=False),
        sa.Column("is_rounded_up", sa.Boolean(), nullable=False),
        sa.CheckConstraint("share_ore >= 0", name=op.f("ck_cost_shares_share_not_negative")),
        sa.ForeignKeyConstraint(
            ["allocation_id"], ["cost_allocations.id"], name=op.f("fk_cost_shares_allocation_id_cost_allocations")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_cost_shares_organisation_id_organisations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cost_shares")),
        sa.UniqueConstraint(
            "allocation_id", "organisation_id", name=op.f("uq_cost_shares_allocation_id_organisation_id")
        ),
    )
    op.create_table(
        "declarations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("ownership", sa.Text(), nullable=False),
        sa.Column("family", sa.Text(), nullable=False),
        sa.Column("expectations", sa.Text(), nullable=False),
        sa.Column("other", sa.Text(), nullable=False),
        sa.Column("signed_name", sa.String(length=200), nullable=False),
        sa.Column("signed_at", UTCDateTime(), nullable=False),
        sa.Column(
            "assessment",
            sa.Enum(
                "none",
                "manageable",
                "disqualifying",
                name="assessment",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("measure", sa.Text(), nullable=True),
        sa.Column("assessment_reason", sa.Text(), nullable=True),
        sa.Column("assessed_by_id", sa.Integer(), nullable=True),
        sa.Column("assessed_by_name", sa.String(length=200), nullable=True),
        sa.Column("assessed_at", UTCDateTime(), nullable=True),
        sa.Column("submission_id", sa.String(length=36), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "assessment <> 'disqualifying' OR length(assessment_reason) > 0", name=op.f("ck_declarations_reason_given")
        ),
        sa.CheckConstraint(
            "assessment <> 'manageable' OR length(measure) > 0", name=op.f("ck_declarations_measure_given")
        ),
        sa.CheckConstraint("(assessment IS NULL) = (assessed_at IS NULL)", name=op.f("ck_declarations_assessed_whole")),
        sa.ForeignKeyConstraint(["assessed_by_id"], ["people.id"], name=op.f("fk_declarations_assessed_by_id_people")),
        sa.ForeignKeyConstraint(
            ["member_id"], ["team_members.id"], name=op.f("fk_declarations_member_id_team_members")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_declarations")),
        sa.UniqueConstraint("submission_id", name=op.f("uq_declarations_submission_id")),
    )
    with op.batch_alter_table("declarations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_declarations_member_id"), ["member_id"], unique=False)

    op.create_table(
        "deliveries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("deliverable_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("days_late", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["deliverable_id"], ["deliverables.id"], name=op.f("fk_deliveries_deliverable_id_deliverables")
        ),
        sa.ForeignKeyConstraint(["member_id"], ["team_members.id"], name=op.f("fk_deliveries_member_id_team_members")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["document_versions.id"], name=op.f("fk_deliveries_version_id_document_versions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
        sa.UniqueConstraint("version_id", name=op.f("uq_deliveries_version_id")),
    )
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_deliveries_deliverable_id"), ["deliverable_id"], unique=False)

    op.create_table(
        "given_documents",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("evaluation_id", sa.Integer(), nullable=False),
        sa.Column("deliverable_id", sa.Integer(), nullable=True),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("given_at", UTCDateTime(), nullable=False),
        sa.Column("given_by_name", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["deliverable_id"], ["deliverables.id"], name=op.f("fk_given_documents_deliverable_id_deliverables")
        ),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name=op.f("fk_given_documents_document_id_documents")
        ),
        sa.ForeignKeyConstraint(
            ["evaluation_id"], ["evaluations.id"], name=op.f("fk_given_documents_evaluation_id_evaluations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_given_documents")),
        sa.UniqueConstraint("evaluation_id", "document_id", name=op.f("uq_given_documents_evaluation_id_document_id")),
    )
    op.create_table(
        "evaluator_links",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("seed", sa.String(length=64), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("created_by_name", sa.String(length=200), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.Column("revoked_at", UTCDateTime(), nullable=True),
        sa.Column("revoked_by_name", sa.String(length=200), nullable=True),
        sa.Column("opened_at", UTCDateTime(), nullable=True),
        sa.Column("renewed_from_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["member_id"], ["team_members.id"], name=op.f("fk_evaluator_links_member_id_team_members")
        ),
        sa.ForeignKeyConstraint(
            ["renewed_from_id"], ["evaluator_links.id"], name=op.f("fk_evaluator_links_renewed_from_id_evaluator_links")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluator_links")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_evaluator_links_token_hash")),
    )
    with op.batch_alter_table("evaluator_links", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_evaluator_links_member_id"), ["member_id"], unique=False)

    op.create_table(
        "management_responses",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recommendation_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "accepted", "partly", "rejected", name="kind", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("responded_by", sa.String(length=200), nullable=False),
        sa.Column("responded_on", sa.Date(), nullable=False),
        sa.Column("decision_reference", sa.String(length=200), nullable=True),
        sa.Column("recorded_at", UTCDateTime(), nullable=False),
        sa.Column("recorded_by_name", sa.String(length=200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind = 'accepted' OR length(reason) > 0", name=op.f("ck_management_responses_reason_given")
        ),
        sa.ForeignKeyConstraint(
            ["recommendation_id"],
            ["recommendations.id"],
            name=op.f("fk_management_responses_recommendation_id_recommendations"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_management_responses")),
        sa.UniqueConstraint("recommendation_id", name=op.f("uq_management_responses_recommendation_id")),
    )
    op.create_table(
        "progress_answers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("deliverable_id", sa.Integer(), nullable=False),
        sa.Column(
            "answer",
            sa.Enum("on_track", "more_time", name="answer", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("wished_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("answered_at", UTCDateTime(), nullable=False),
        sa.Column("answered_by_name", sa.String(length=200), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "not_needed",
                "pending",
                "approved",
                "refused",
                "withdrawn",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("granted_on", sa.Date(), nullable=True),
        sa.Column("decision_note", sa.Text(), nullable=True),
        sa.Column("decided_at", UTCDateTime(), nullable=True),
        sa.Column("decided_by_name", sa.String(length=200), nullable=True),
        sa.Column("submission_id", sa.String(length=36), nullable=True),
        sa.CheckConstraint(
            "answer <> 'more_time' OR length(reason) > 0", name=op.f("ck_progress_answers_reason_given")
        ),
        sa.CheckConstraint(
            "answer <> 'more_time' OR wished_on IS NOT NULL", name=op.f("ck_progress_answers_wished_day_given")
        ),
        sa.ForeignKeyConstraint(
            ["deliverable_id"], ["deliverables.id"], name=op.f("fk_progress_answers_deliverable_id_deliverables")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["team_members.id"], name=op.f("fk_progress_answers_member_id_team_members")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_progress_answers")),
        sa.UniqueConstraint("submission_id", name=op.f("uq_progress_answers_submission_id")),
    )
    with op.batch_alter_table("progress_answers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_progress_answers_deliverable_id"), ["deliverable_id"], unique=False)

    op.create_table(
        "questions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("evaluation_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("asked_at", UTCDateTime(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_at", UTCDateTime(), nullable=True),
        sa.Column("answered_by_name", sa.String(length=200), nullable=True),
        sa.Column("submission_id", sa.String(length=36), nullable=True),
        sa.ForeignKeyConstraint(
            ["evaluation_id"], ["evaluations.id"], name=op.f("fk_questions_evaluation_id_evaluations")
        ),
        sa.ForeignKeyConstraint(["member_id"], ["team_members.id"], name=op.f("fk_questions_member_id_team_members")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questions")),
        sa.UniqueConstraint("submission_id", name=op.f("uq_questions_submission_id")),
    )
    with op.batch_alter_table("questions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_questions_evaluation_id"), ["evaluation_id"], unique=False)

    op.create_table(
        "review_comments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("deliverable_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "factual_error",
                "missing_fact",
                "unclear",
                "view",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("page", sa.String(length=40), nullable=True),
        sa.Column("quote", sa.Text(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("author_name", sa.String(length=200), nullable=False),
        sa.Column("for_name", sa.String(length=200), nullable=True),
        sa.Column("written_at", UTCDateTime(), nullable=False),
        sa.Column("sent_at", UTCDateTime(), nullable=True),
        sa.Column(
            "answer",
            sa.Enum(
                "accepted", "partly", "rejected", name="answer", native_enum=False, create_constraint=True, length=40
            ),
            nullable=True,
        ),
        sa.Column("answer_text", sa.Text(), nullable=True),
        sa.Column("answered_at", UTCDateTime(), nullable=True),
        sa.Column("answered_by_name", sa.String(length=200), nullable=True),
        sa.Column("submission_id", sa.String(length=36), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name=op.f("ck_review_comments_answered_whole")),
        sa.ForeignKeyConstraint(["author_id"], ["people.id"], name=op.f("fk_review_comments_author_id_people")),
        sa.ForeignKeyConstraint(
            ["deliverable_id"], ["deliverables.id"], name=op.f("fk_review_comments_deliverable_id_deliverables")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["document_versions.id"], name=op.f("fk_review_comments_version_id_document_versions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_comments")),
        sa.UniqueConstraint("submission_id", name=op.f("uq_review_comments_submission_id")),
        sa.UniqueConstraint("version_id", "number", name=op.f("uq_review_comments_version_id_number")),
    )
    with op.batch_alter_table("review_comments", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_review_comments_deliverable_id"), ["deliverable_id"], unique=False)

    op.create_table(
        "reviews",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("deliverable_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum("approved", "returned", name="outcome", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("new_due_on", sa.Date(), nullable=True),
        sa.Column("decided_at", UTCDateTime(), nullable=False),
        sa.Column("decided_by_name", sa.String(length=200), nullable=False),
        sa.CheckConstraint("outcome <> 'returned' OR length(reason) > 0", name=op.f("ck_reviews_reason_given")),
        sa.CheckConstraint("outcome <> 'returned' OR new_due_on IS NOT NULL", name=op.f("ck_reviews_new_day_given")),
        sa.ForeignKeyConstraint(
            ["deliverable_id"], ["deliverables.id"], name=op.f("fk_reviews_deliverable_id_deliverables")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["document_versions.id"], name=op.f("fk_reviews_version_id_document_versions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviews")),
        sa.UniqueConstraint("version_id", name=op.f("uq_reviews_version_id")),
    )
    with op.batch_alter_table("reviews", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reviews_deliverable_id"), ["deliverable_id"], unique=False)

    op.create_table(
        "uploaded_drafts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("deliverable_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("upload_id", sa.Uuid(), nullable=True),
        sa.Column("change_note", sa.Text(), nullable=True),
        sa.Column("saved_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["deliverable_id"], ["deliverables.id"], name=op.f("fk_uploaded_drafts_deliverable_id_deliverables")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["team_members.id"], name=op.f("fk_uploaded_drafts_member_id_team_members")
        ),
        sa.ForeignKeyConstraint(
            ["upload_id"], ["uploads.id"], name=op.f("fk_uploaded_drafts_upload_id_uploads"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_uploaded_drafts")),
        sa.UniqueConstraint("deliverable_id", "member_id", name=op.f("uq_uploaded_drafts_deliverable_id_member_id")),
    )
    op.create_table(
        "engagements",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("declaration_id", sa.Integer(), nullable=False),
        sa.Column(
            "counterpart",
            sa.Enum(
                "skl",
                "skl_kommentus",
                "region",
                "nt_council",
                "medicine_company",
                "other",
                name="counterpart",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "kind",
            sa.Enum("employment", "assignment", name="kind", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("organisation", sa.String(length=200), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.CheckConstraint("to_on IS NULL OR to_on >= from_on", name=op.f("ck_engagements_days_in_order")),
        sa.ForeignKeyConstraint(
            ["declaration_id"], ["declarations.id"], name=op.f("fk_engagements_declaration_id_declarations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_engagements")),
    )
    with op.batch_alter_table("engagements", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_engagements_declaration_id"), ["declaration_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("engagements", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_engagements_declaration_id"))

    op.drop_table("engagements")
    op.drop_table("uploaded_drafts")
    with op.batch_alter_table("reviews", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reviews_deliverable_id"))

    op.drop_table("reviews")
    with op.batch_alter_table("review_comments", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_review_comments_deliverable_id"))

    op.drop_table("review_comments")
    with op.batch_alter_table("questions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_questions_evaluation_id"))

    op.drop_table("questions")
    with op.batch_alter_table("progress_answers", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_progress_answers_deliverable_id"))

    op.drop_table("progress_answers")
    op.drop_table("management_responses")
    with op.batch_alter_table("evaluator_links", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_evaluator_links_member_id"))

    op.drop_table("evaluator_links")
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_deliveries_deliverable_id"))

    op.drop_table("deliveries")
    op.drop_table("given_documents")
    with op.batch_alter_table("declarations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_declarations_member_id"))

    op.drop_table("declarations")
    op.drop_table("cost_shares")
    with op.batch_alter_table("actions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_actions_recommendation_id"))
        batch_op.drop_index(batch_op.f("ix_actions_owner_id"))

    op.drop_table("actions")
    with op.batch_alter_table("team_members", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_team_members_contact",
            postgresql_where=sa.text("is_contact AND left_on IS NULL"),
            sqlite_where=sa.text("is_contact AND left_on IS NULL"),
        )
        batch_op.drop_index(
            "uq_team_members_person",
            postgresql_where=sa.text("ended_contract_id IS NULL"),
            sqlite_where=sa.text("ended_contract_id IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_team_members_person_id"))
        batch_op.drop_index(batch_op.f("ix_team_members_ended_contract_id"))

    op.drop_table("team_members")
    with op.batch_alter_table("recommendations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_recommendations_addressee_id"))

    op.drop_table("recommendations")
    with op.batch_alter_table("receipts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_receipts_pdf_sha256"))
        batch_op.drop_index(batch_op.f("ix_receipts_pdf_en_sha256"))

    op.drop_table("receipts")
    op.drop_table("document_texts")
    with op.batch_alter_table("deliverables", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_deliverables_evaluation_id"))
        batch_op.drop_index(batch_op.f("ix_deliverables_ended_contract_id"))
        batch_op.drop_index(batch_op.f("ix_deliverables_document_id"))

    op.drop_table("deliverables")
    with op.batch_alter_table("ended_contracts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ended_contracts_evaluation_id"))

    op.drop_table("ended_contracts")
    with op.batch_alter_table("cost_allocations", schema=None) as batch_op:
        batch_op.drop_index("uq_cost_allocations_standing")
        batch_op.drop_index(batch_op.f("ix_cost_allocations_evaluation_id"))

    op.drop_table("cost_allocations")
    with op.batch_alter_table("evaluations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_evaluations_procurement_id"))

    op.drop_table("evaluations")
    with op.batch_alter_table("document_versions", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_document_versions_unscanned",
            postgresql_where=sa.text("scan_state IN ('pending', 'failed')"),
            sqlite_where=sa.text("scan_state IN ('pending', 'failed')"),
        )
        batch_op.drop_index(
            "ix_document_versions_unread",
            postgresql_where=sa.text("text_state IN ('pending', 'failed')"),
            sqlite_where=sa.text("text_state IN ('pending', 'failed')"),
        )
        batch_op.drop_index(batch_op.f("ix_document_versions_sha256"))

    op.drop_table("document_versions")
    with op.batch_alter_table("documents", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_documents_public_copy_of_id"))

    op.drop_table("documents")
    with op.batch_alter_table("uploads", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_uploads_expires_at"))
        batch_op.drop_index(batch_op.f("ix_uploads_context"))

    op.drop_table("uploads")
    op.drop_table("receipt_counters")
