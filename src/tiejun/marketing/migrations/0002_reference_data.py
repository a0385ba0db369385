"""The sources that every installation starts with; they are the operator's to edit."""

import json
from pathlib import Path

from django.db import migrations

from tiejun.foundation.ids import new_id

DATA = Path(__file__).parents[1] / "data"


def add(apps, schema_editor):
    source = apps.get_model("marketing", "Source")
    for row in json.loads((DATA / "sources.json").read_text(encoding="utf-8")):
        source.objects.get_or_create(code=row["code"], defaults={"id": new_id(), **row})


class Migration(migrations.Migration):
    dependencies = [("marketing", "0001_initial")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
