"""The search index: an FTS5 table on SQLite, a tsvector column with a GIN index on PostgreSQL."""

from django.db import migrations

# The ascii tokenizer takes every other character as it is: core.search has cut the text into words already.
SQLITE = "CREATE VIRTUAL TABLE core_search USING fts5(grams, detail=none, tokenize='ascii')"
POSTGRESQL = (
    "ALTER TABLE core_searchrow ADD COLUMN grams tsvector",
    "CREATE INDEX core_searchrow_grams ON core_searchrow USING gin (grams)",
)


def build(apps, editor):
    if editor.connection.vendor == "sqlite":
        editor.execute(SQLITE)
        return
    for statement in POSTGRESQL:
        editor.execute(statement)


def drop(apps, editor):
    if editor.connection.vendor == "sqlite":
        editor.execute("DROP TABLE core_search")
    else:
        editor.execute("ALTER TABLE core_searchrow DROP COLUMN grams")


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]
    operations = [migrations.RunPython(build, drop)]
