import datetime
import django.db.models.deletion
import tiejun.foundation.ids
from django.db import migrations, models
from tiejun.foundation.new_tables import NewTablesMigration


class Migration(NewTablesMigration):

    initial = True

    dependencies = [
        ('org', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='SavedView',
            fields=[
                ('id', models.UUIDField(default=tiejun.foundation.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=40)),
                ('name', models.CharField(max_length=60)),
                ('state', models.CharField(blank=True, default='', max_length=1000)),
                ('is_default', models.BooleanField(default=False)),
                ('version', models.PositiveIntegerField(default=1)),
                ('changed_at', models.DateTimeField()),
                ('person', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.person')),
                ('unit', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.unit')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('unit__isnull', False)), fields=['unit', 'kind'], name='views_shared_with_a_unit')],
                'constraints': [models.UniqueConstraint(fields=('person', 'kind', 'name'), name='one_view_per_name_and_person'), models.UniqueConstraint(condition=models.Q(('is_default', True), ('unit', None)), fields=('person', 'kind'), name='one_default_view_per_person'), models.UniqueConstraint(condition=models.Q(('is_default', True), ('unit__isnull', False)), fields=('unit', 'kind'), name='one_default_view_per_unit'), models.CheckConstraint(condition=models.Q(models.Q(('changed_at__gte', datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('changed_at__lt', datetime.datetime(2100, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), ('changed_at__isnull', True), _connector='OR'), name='view_times_are_sane')],
            },
        ),
    ]
