"""The models and the migrations say the same, and the names of constraints are sentences."""

import io

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.migrations import CreateModel
from django.db.migrations.loader import MigrationLoader


def own_models():
    return [model for model in apps.get_models() if model.__module__.startswith("tiejun.") and model._meta.managed]


@pytest.mark.django_db
def test_no_migration_is_missing():
    said = io.StringIO()

    call_command("makemigrations", check=True, dry_run=True, stdout=said)

    assert said.getvalue().strip() == "No changes detected"


def test_every_constraint_and_index_of_a_model_is_in_the_database(db):
    names = {one.name for model in own_models() for one in (*model._meta.constraints, *model._meta.indexes)}
    with connection.cursor() as cursor:
        cursor.execute("SELECT conname FROM pg_constraint UNION SELECT indexname FROM pg_indexes")
        stored = {name for (name,) in cursor.fetchall()}

    assert sorted(names - stored) == []


def test_migrations_that_make_tables_make_them_together():
    loaded = MigrationLoader(None).disk_migrations
    own = [one for (label, _), one in loaded.items() if apps.get_app_config(label).name.startswith("tiejun.")]

    assert [str(one) for one in own if any(isinstance(step, CreateModel) for step in one.operations)] == []


def test_constraints_are_named_as_sentences():
    names = [constraint.name for model in own_models() for constraint in model._meta.constraints]

    assert [name for name in names if name.count("_") < 2 or name != name.lower()] == []


def test_foreign_keys_between_modules_leave_no_reverse_name():
    wrong = [
        f"{model._meta.label}.{field.name}"
        for model in own_models()
        for field in model._meta.get_fields()
        if field.is_relation and field.concrete and field.remote_field.related_name != "+"
        # A row that only widens another of its own module shares its key, and lists of the wide one sort by it.
        if not (field.primary_key and field.related_model._meta.app_label == model._meta.app_label)
    ]

    assert wrong == []


@pytest.mark.django_db
def test_times_know_their_zone():
    query = """
        SELECT table_name || '.' || column_name FROM information_schema.columns
        WHERE table_schema IN ('public', 'audit') AND data_type = 'timestamp without time zone'
    """
    with connection.cursor() as cursor:
        cursor.execute(query)
        found = cursor.fetchall()

    assert found == []


@pytest.mark.django_db
def test_the_database_knows_chinese_letters():
    # With LC_CTYPE C no Chinese character is a letter: word boundaries, trigrams and text search then fail silently.
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s ~ '^[[:alpha:]]+$'", ["\u676d\u5dde\u94c1\u519b"])
        (is_word,) = cursor.fetchone()

    assert is_word is True
