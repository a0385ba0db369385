"""The pool that every installation starts with; it is the operator's to edit."""

import json
from pathlib import Path

from django.db import migrations

from tiejun.foundation.ids import new_id

DATA = Path(__file__).parents[1] / "data"


def add(apps, schema_editor):
    pool = apps.get_model("leads", "Pool")
    for row in json.loads((DATA / "pools.json").read_text(encoding="utf-8")):
        pool.objects.get_or_create(name=row["name"], defaults={"id": new_id()})


class Migration(migrations.Migration):
    dependencies = [("leads", "0001_initial")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
