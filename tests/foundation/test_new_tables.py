"""Operations on tables that a migration makes are applied together; whatever touches an older table stays by itself."""

from django.db import migrations, models

from tiejun.foundation.new_tables import NewTables, NewTablesMigration

NUMBER = ("number", models.IntegerField(primary_key=True))


def grouped(*operations):
    made = type("Migration", (NewTablesMigration,), {"operations": list(operations)})
    return made("0001_initial", "garden").operations


def constraint(name):
    return models.CheckConstraint(condition=models.Q(number__gt=0), name=name)


def test_tables_and_what_is_added_to_them_are_one_operation():
    found = grouped(
        migrations.CreateModel("Bed", [NUMBER]),
        migrations.CreateModel("Plant", [NUMBER]),
        migrations.AddField("bed", "width", models.IntegerField(default=1)),
        migrations.AddConstraint("plant", constraint("plant_number_is_positive")),
    )

    assert [type(one) for one in found] == [NewTables]
    assert found[0].describe() == "Create models Bed, Plant"


def test_what_is_about_an_older_table_stays_by_itself():
    later = migrations.AddConstraint("bed", constraint("bed_number_is_positive"))
    older = migrations.AddField("shed", "width", models.IntegerField(default=1))
    words = migrations.RunSQL("SELECT 1")

    found = grouped(migrations.CreateModel("Bed", [NUMBER]), words, later, older)

    assert found[1:] == [words, later, older]
