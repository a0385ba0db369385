"""How often a token was used in the running minute need not survive a crash: without a log, counting costs no flush to disk."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("exchange", "0001_initial")]
    operations = [
        migrations.RunSQL("ALTER TABLE exchange_tokenminute SET UNLOGGED", "ALTER TABLE exchange_tokenminute SET LOGGED"),
    ]
