from django.db import migrations


class Migration(migrations.Migration):
    """Keep four times as many grams' shares as PostgreSQL does by itself (4,000, down to one name in 2,700).

    By them the search chooses its way. With a thousand, a part of a name was taken for 1.7 times as common as it is
    (median of 120 searches among a million names), with four thousand for 1.06 times; analysing takes two seconds.
    """

    dependencies = [
        ('customers', '0001_initial'),
    ]

    operations = [
        migrations.RunSQL(
            'ALTER TABLE customers_company ALTER COLUMN search_grams SET STATISTICS 400',
            'ALTER TABLE customers_company ALTER COLUMN search_grams SET STATISTICS -1',
        ),
        # Nobody asks for the shares of identifiers' beginnings; an analysis would count them for as long as it counts the grams.
        migrations.RunSQL(
            'ALTER INDEX companies_by_name_part ALTER COLUMN 2 SET STATISTICS 0',
            'ALTER INDEX companies_by_name_part ALTER COLUMN 2 SET STATISTICS -1',
        ),
    ]
