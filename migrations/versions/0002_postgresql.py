"""What only PostgreSQL needs: the trigram index of list searches, and the foreign key that closes a circle.

SQLite, which holds few rows, scans; it wrote that foreign key into the table itself (0001), where PostgreSQL cannot,
since procurements and contracts point at each other.
"""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SUCCEEDS = "fk_procurements_succeeds_contract_id_contracts"


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    op.create_foreign_key(SUCCEEDS, "procurements", "contracts", ["succeeds_contract_id"], ["id"])
    # Trusted since PostgreSQL 13: the owner of the database may create it.
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    op.execute("CREATE INDEX ix_cases_search_text_trgm ON cases USING gin (search_text gin_trgm_ops)")


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP INDEX ix_cases_search_text_trgm")
        op.drop_constraint(SUCCEEDS, "procurements", type_="foreignkey")
