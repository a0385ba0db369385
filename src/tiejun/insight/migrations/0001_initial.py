import datetime
import tiejun.foundation.ids
from django.db import migrations, models
from tiejun.foundation.new_tables import NewTablesMigration


class Migration(NewTablesMigration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='ScoreModel',
            fields=[
                ('id', models.UUIDField(default=tiejun.foundation.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('target', models.CharField(choices=[('EFFECTIVE', 'Effective'), ('SIGN', 'Sign')], max_length=10)),
                ('number', models.PositiveIntegerField()),
                ('state', models.CharField(choices=[('LIVE', 'Live'), ('REFUSED', 'Refused'), ('REPLACED', 'Replaced')], max_length=10)),
                ('why', models.CharField(max_length=20)),
                ('method', models.CharField(blank=True, default='', max_length=10)),
                ('rows', models.PositiveIntegerField()),
                ('positives', models.PositiveIntegerField()),
                ('window_days', models.PositiveSmallIntegerField()),
                ('first_at', models.DateTimeField(null=True)),
                ('last_at', models.DateTimeField(null=True)),
                ('card', models.JSONField(default=dict)),
                ('model', models.BinaryField(default=b'')),
                ('learned_at', models.DateTimeField()),
                ('replaced_at', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('target', 'number'), name='score_models_are_numbered'), models.UniqueConstraint(condition=models.Q(('state', 'LIVE')), fields=('target',), name='one_live_model_per_target'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'LIVE'), _negated=True), models.Q(('model', b''), _negated=True), _connector='OR'), name='live_models_can_score'), models.CheckConstraint(condition=models.Q(('state', 'REPLACED'), ('replaced_at', None), _connector='OR'), name='only_replaced_models_have_an_end'), models.CheckConstraint(condition=models.Q(models.Q(models.Q(('first_at__gte', datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('first_at__lt', datetime.datetime(2100, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), ('first_at__isnull', True), _connector='OR'), models.Q(models.Q(('last_at__gte', datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('last_at__lt', datetime.datetime(2100, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), ('last_at__isnull', True), _connector='OR'), models.Q(models.Q(('learned_at__gte', datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('learned_at__lt', datetime.datetime(2100, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), ('learned_at__isnull', True), _connector='OR'), models.Q(models.Q(('replaced_at__gte', datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('replaced_at__lt', datetime.datetime(2100, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), ('replaced_at__isnull', True), _connector='OR')), name='score_model_times_are_sane')],
            },
        ),
    ]
