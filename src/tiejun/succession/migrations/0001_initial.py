import datetime
import django.db.models.deletion
import tiejun.foundation.ids
from django.db import migrations, models
from tiejun.foundation.new_tables import NewTablesMigration


class Migration(NewTablesMigration):

    initial = True

    dependencies = [
        ('customers', '0001_initial'),
        ('leads', '0002_reference_data'),
        ('org', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Succession',
            fields=[
                ('id', models.UUIDField(default=tiejun.foundation.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('left_on', models.DateField(null=True)),
                ('reason', models.CharField(blank=True, default='', max_length=300)),
                ('state', models.CharField(choices=[('OPEN', 'OPEN'), ('RUNNING', 'RUNNING'), ('DONE', 'DONE'), ('LAPSED', 'LAPSED')], default='OPEN', max_length=10)),
                ('colleagues', models.JSONField(default=list)),
                ('due_at', models.DateTimeField(null=True)),
                ('opened_at', models.DateTimeField()),
                ('started_at', models.DateTimeField(null=True)),
                ('finished_at', models.DateTimeField(null=True)),
                ('broke_off_at', models.DateTimeField(null=True)),
                ('version', models.PositiveIntegerField(default=1)),
                ('opened_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.person')),
                ('person', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.person')),
                ('started_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.person')),
                ('unit', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.unit')),
            ],
            options={
                'indexes': [models.Index(fields=['unit', '-opened_at', '-id'], name='successions_of_a_unit')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state__in', ['OPEN', 'RUNNING'])), fields=('person',), name='one_open_succession_per_person'), models.CheckConstraint(condition=models.Q(('state__in', ['OPEN', 'RUNNING']), ('finished_at__isnull', False), _connector='OR'), name='ended_successions_have_their_time'), models.CheckConstraint(condition=models.Q(models.Q(models.Q(('due_at__gte', datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('due_at__lt', datetime.datetime(2100, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), ('due_at__isnull', True), _connector='OR'), models.Q(models.Q(('opened_at__gte', datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('opened_at__lt', datetime.datetime(2100, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), ('opened_at__isnull', True), _connector='OR'), models.Q(models.Q(('started_at__gte', datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('started_at__lt', datetime.datetime(2100, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), ('started_at__isnull', True), _connector='OR'), models.Q(models.Q(('finished_at__gte', datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('finished_at__lt', datetime.datetime(2100, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), ('finished_at__isnull', True), _connector='OR'), models.Q(models.Q(('broke_off_at__gte', datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('broke_off_at__lt', datetime.datetime(2100, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), ('broke_off_at__isnull', True), _connector='OR')), name='succession_times_are_sane')],
            },
        ),
        migrations.CreateModel(
            name='SuccessionItem',
            fields=[
                ('id', models.UUIDField(default=tiejun.foundation.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('is_customer', models.BooleanField()),
                ('is_chosen', models.BooleanField(default=False)),
                ('reasons', models.JSONField(default=list)),
                ('opportunities', models.PositiveIntegerField(default=0)),
                ('amount_minor', models.BigIntegerField(default=0)),
                ('stops', models.PositiveIntegerField(default=0)),
                ('next_step_at', models.DateTimeField(null=True)),
                ('outcome', models.CharField(choices=[('WAITING', 'WAITING'), ('GIVEN', 'GIVEN'), ('POOLED', 'POOLED'), ('STAYED', 'STAYED')], default='WAITING', max_length=10)),
                ('why_stayed', models.CharField(blank=True, default='', max_length=30)),
                ('settled_at', models.DateTimeField(null=True)),
                ('company', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.company')),
                ('lead', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='leads.lead')),
                ('succession', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='succession.succession')),
                ('to_person', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.person')),
            ],
            options={
                'indexes': [models.Index(fields=['succession', '-is_customer', 'id'], name='items_of_a_succession'), models.Index(fields=['lead'], name='successions_of_a_lead')],
                'constraints': [models.UniqueConstraint(fields=('succession', 'lead'), name='a_lead_is_handed_over_once_per_succession'), models.CheckConstraint(condition=models.Q(models.Q(('outcome', 'GIVEN'), _negated=True), ('to_person__isnull', False), _connector='OR'), name='what_is_given_has_a_receiver'), models.CheckConstraint(condition=models.Q(models.Q(('outcome', 'STAYED'), models.Q(('why_stayed', ''), _negated=True)), models.Q(models.Q(('outcome', 'STAYED'), _negated=True), ('why_stayed', '')), _connector='OR'), name='what_stayed_says_why'), models.CheckConstraint(condition=models.Q(models.Q(models.Q(('next_step_at__gte', datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('next_step_at__lt', datetime.datetime(2100, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), ('next_step_at__isnull', True), _connector='OR'), models.Q(models.Q(('settled_at__gte', datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('settled_at__lt', datetime.datetime(2100, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), ('settled_at__isnull', True), _connector='OR')), name='succession_item_times_are_sane')],
            },
        ),
    ]
