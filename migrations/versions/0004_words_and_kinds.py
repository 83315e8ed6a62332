"""What evaluations and documents need of tables that are there: new kinds, and the full-text search of documents.

Words are searched as they are written, without stemming, and by their beginnings, alike on both engines. Each keeps
them in a table ``document_words`` beside the texts, which triggers fill.
"""

from __future__ import annotations

import string

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# table -> the kinds before, and those that come to them
KINDS = {
    "deadlines": (
        "publication requests_due invitation supplementary_information tenders_due award_decision award_notification"
        " standstill_end contract_signing award_notice documentation supply_start contract_end option_decide_by"
        " option_notify_by successor_start other",
        "deliverable independence management_response action",
    ),
    "outbox_messages": (
        "sign_in_link invitation reminder report_ready report_failed",
        "evaluator_link upload_receipt evaluation_news document_alert",
    ),
}
FTS_TABLE = """
    CREATE VIRTUAL TABLE document_words USING fts5(
        body, content='document_texts', content_rowid='version_id', tokenize='unicode61 remove_diacritics 0'
    )
"""
TAKE_OUT = "INSERT INTO document_words(document_words, rowid, body) VALUES ('delete', old.version_id, old.body);"
PUT_IN = "INSERT INTO document_words(rowid, body) VALUES (new.version_id, new.body);"
TRIGGERS = {
    "document_texts_added": f"AFTER INSERT ON document_texts BEGIN {PUT_IN} END",
    "document_texts_removed": f"AFTER DELETE ON document_texts BEGIN {TAKE_OUT} END",
    "document_texts_changed": f"AFTER UPDATE ON document_texts BEGIN {TAKE_OUT} {PUT_IN} END",
}

# PostgreSQL reads "2026/0001" as a path and "<b>" as a mark of HTML; with blanks for signs it finds the same words as
# SQLite does. A tsvector holds one megabyte: of a text with more different words than that, the beginning is searched.
SIGNS = string.punctuation.replace("'", "''")
BLANKS = " " * len(string.punctuation)
WORDS = f"to_tsvector('simple', translate(left(NEW.body, wanted), '{SIGNS}', '{BLANKS}'))"
POSTGRESQL = (
    "CREATE TABLE document_words (version_id integer PRIMARY KEY, words tsvector NOT NULL)",
    "CREATE INDEX ix_document_words_words ON document_words USING gin (words)",
    f"""
    CREATE FUNCTION keep_document_words() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        found tsvector;
        wanted integer := length(NEW.body);
    BEGIN
        IF TG_OP = 'DELETE' THEN
            DELETE FROM document_words WHERE version_id = OLD.version_id;
            RETURN NULL;
        END IF;
        LOOP
            BEGIN
                found := {WORDS};
                EXIT;
            EXCEPTION WHEN program_limit_exceeded THEN
                wanted := wanted / 2;
            END;
        END LOOP;
        INSERT INTO document_words (version_id, words) VALUES (NEW.version_id, found)
        ON CONFLICT (version_id) DO UPDATE SET words = excluded.words;
        RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER document_texts_words AFTER INSERT OR UPDATE OR DELETE ON document_texts
    FOR EACH ROW EXECUTE FUNCTION keep_document_words()
    """,
    "ALTER TABLE document_texts ENABLE ALWAYS TRIGGER document_texts_words",
)


def upgrade() -> None:
    for table, (before, added) in KINDS.items():
        _allow(table, before.split(), [*before.split(), *added.split()])
    if op.get_bind().dialect.name == "postgresql":
        for statement in POSTGRESQL:
            op.execute(sa.text(statement.replace(":", "\\:")))
        return
    op.execute(FTS_TABLE)
    for name, what in TRIGGERS.items():
        op.execute(f"CREATE TRIGGER {name} {what}")


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER document_texts_words ON document_texts")
        op.execute("DROP FUNCTION keep_document_words()")
        op.execute("DROP TABLE document_words")
    else:
        for name in TRIGGERS:
            op.execute(f"DROP TRIGGER {name}")
        op.execute("DROP TABLE document_words")
    for table, (before, added) in KINDS.items():
        gone = ", ".join(f"'{kind}'" for kind in added.split())
        if op.get_bind().scalar(sa.text(f"SELECT count(*) FROM {table} WHERE kind IN ({gone})")):
            raise RuntimeError(f"{table} holds rows of kinds that the version before does not know")
        _allow(table, [*before.split(), *added.split()], before.split())


def _allow(table: str, old: list[str], new: list[str]) -> None:
    """Change the kinds that the constraint ``ck_<table>_kind`` lets in."""
    name, kinds = op.f(f"ck_{table}_kind"), ", ".join(f"'{kind}'" for kind in new)
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint(name, table, type_="check")
        op.create_check_constraint(name, table, sa.text(f"kind IN ({kinds})"))
        return
    _rewrite(table, f"kind IN ({', '.join(repr(kind) for kind in old)})", f"kind IN ({kinds})")


def _rewrite(table: str, old: str, new: str) -> None:
    """SQLite's own way to change a CHECK: edit its text (https://www.sqlite.org/lang_altertable.html, section 7).

    To build the table anew would break the foreign keys that point at it, within a transaction.
    """
    bind = op.get_bind()
    text = bind.scalar(sa.text("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = :name"), {"name": table})
    if text is None or text.count(old) != 1:
        raise RuntimeError(f"the table {table} does not look as the migrations before this one left it")
    version = bind.scalar(sa.text("PRAGMA schema_version"))
    bind.execute(sa.text("PRAGMA writable_schema = ON"))
    change = sa.text("UPDATE sqlite_master SET sql = :sql WHERE type = 'table' AND name = :name")
    bind.execute(change, {"sql": text.replace(old, new), "name": table})
    bind.execute(sa.text(f"PRAGMA schema_version = {version + 1}"))
    bind.execute(sa.text("PRAGMA writable_schema = OFF"))
    if bind.scalar(sa.text("PRAGMA quick_check")) != "ok":
        raise RuntimeError(f"the table {table} could not be changed")
