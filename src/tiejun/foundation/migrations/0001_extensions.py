"""The extension that constraints need; it is trusted, so the owner of the database may create it."""

from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations


class Migration(migrations.Migration):
    initial = True
    dependencies: list[tuple[str, str]] = []
    run_before = [("org", "0001_initial")]
    operations = [BtreeGistExtension()]
