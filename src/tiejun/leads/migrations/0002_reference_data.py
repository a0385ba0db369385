"""The sources and the pool that every installation starts with; both are the operator's to edit."""

import json
from pathlib import Path

from django.db import migrations

from tiejun.foundation.ids import new_id

DATA = Path(__file__).parents[1] / "data"


def add(apps, schema_editor):
    source, pool = apps.get_model("leads", "Source"), apps.get_model("leads", "Pool")
    for row in json.loads((DATA / "sources.json").read_text(encoding="utf-8")):
        source.objects.get_or_create(code=row["code"], defaults={"id": new_id(), **row})
    first = json.loads((DATA / "pools.json").read_text(encoding="utf-8"))
    for row in first:
        pool.objects.get_or_create(name=row["name"], defaults={"id": new_id()})


class Migration(migrations.Migration):
    dependencies = [("leads", "0001_initial")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
