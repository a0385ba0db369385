import datetime
import django.db.models.deletion
import tiejun.foundation.ids
from django.db import migrations, models
from tiejun.foundation.new_tables import NewTablesMigration


TRIGGERS = """
CREATE FUNCTION insight_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is a ledger: rows are added, never changed', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

-- What was measured stands; an answer that was given ends it.
CREATE FUNCTION insight_guard_anomaly() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = 'CLOSED' THEN
        RAISE EXCEPTION 'an anomaly that is closed stays as it is' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.state = 'ACTED' AND NEW.state = 'RAISED' OR NEW.last_day < OLD.last_day
        OR (OLD.unit_id, OLD.link, OLD.currency, OLD.day, OLD.side, OLD.run_days, OLD.value, OLD.usual, OLD.low, OLD.high, OLD.raised_at)
        IS DISTINCT FROM
        (NEW.unit_id, NEW.link, NEW.currency, NEW.day, NEW.side, NEW.run_days, NEW.value, NEW.usual, NEW.low, NEW.high, NEW.raised_at) THEN
        RAISE EXCEPTION 'what was measured never changes' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION insight_refuse_delete() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% rows are never deleted', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER anomalies_stand BEFORE UPDATE ON insight_anomaly FOR EACH ROW EXECUTE FUNCTION insight_guard_anomaly();
CREATE TRIGGER anomalies_stay BEFORE DELETE ON insight_anomaly FOR EACH ROW EXECUTE FUNCTION insight_refuse_delete();
CREATE TRIGGER findings_stay BEFORE UPDATE OR DELETE ON insight_anomalyfinding FOR EACH ROW EXECUTE FUNCTION insight_refuse_change();
CREATE TRIGGER anomaly_steps_stay BEFORE UPDATE OR DELETE ON insight_anomalystep FOR EACH ROW EXECUTE FUNCTION insight_refuse_change();
"""

DROP = "DROP FUNCTION insight_refuse_change, insight_guard_anomaly, insight_refuse_delete CASCADE;"


class Migration(NewTablesMigration):

    initial = True

    dependencies = [
        ('org', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Anomaly',
            fields=[
                ('id', models.UUIDField(default=tiejun.foundation.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('link', models.CharField(choices=[('CAMPAIGNS', 'CAMPAIGNS'), ('LEADS', 'LEADS'), ('INTENT', 'INTENT'), ('CUSTOMERS', 'CUSTOMERS'), ('OPPORTUNITIES', 'OPPORTUNITIES'), ('ORDERS', 'ORDERS'), ('COLLECTION', 'COLLECTION'), ('PERFORMANCE', 'PERFORMANCE'), ('INSIGHT', 'INSIGHT')], max_length=13)),
                ('currency', models.CharField(blank=True, default='', max_length=3)),
                ('day', models.DateField()),
                ('last_day', models.DateField()),
                ('side', models.CharField(choices=[('HIGH', 'HIGH'), ('LOW', 'LOW')], max_length=4)),
                ('run_days', models.PositiveSmallIntegerField()),
                ('value', models.BigIntegerField()),
                ('usual', models.FloatField()),
                ('low', models.FloatField()),
                ('high', models.FloatField()),
                ('raised_at', models.DateTimeField()),
                ('state', models.CharField(choices=[('RAISED', 'RAISED'), ('ACTED', 'ACTED'), ('CLOSED', 'CLOSED')], default='RAISED', max_length=6)),
                ('reason', models.CharField(blank=True, default='', max_length=500)),
                ('action', models.CharField(blank=True, default='', max_length=300)),
                ('due_on', models.DateField(null=True)),
                ('agenda_on', models.DateField(null=True)),
                ('done', models.CharField(blank=True, default='', max_length=1000)),
                ('outcome', models.CharField(blank=True, default='', max_length=1000)),
                ('closed_at', models.DateTimeField(null=True)),
                ('version', models.PositiveIntegerField(default=1)),
                ('closed_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.person')),
                ('group', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.unit')),
                ('owner', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.person')),
                ('raised_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.person')),
                ('unit', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.unit')),
            ],
        ),
        migrations.CreateModel(
            name='AnomalyFinding',
            fields=[
                ('id', models.UUIDField(default=tiejun.foundation.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('part', models.CharField(choices=[('UNIT', 'UNIT'), ('PERSON', 'PERSON'), ('SOURCE', 'SOURCE')], max_length=6)),
                ('position', models.PositiveSmallIntegerField()),
                ('key', models.CharField(max_length=60)),
                ('name', models.CharField(max_length=200)),
                ('usual', models.FloatField()),
                ('came', models.FloatField()),
                ('cases', models.PositiveIntegerField()),
                ('share_percent', models.PositiveIntegerField()),
                ('anomaly', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='insight.anomaly')),
            ],
        ),
        migrations.CreateModel(
            name='AnomalyStep',
            fields=[
                ('id', models.UUIDField(default=tiejun.foundation.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('RAISED', 'RAISED'), ('SEEN_AGAIN', 'SEEN_AGAIN'), ('ACTED', 'ACTED'), ('CLOSED', 'CLOSED')], max_length=10)),
                ('at', models.DateTimeField()),
                ('words', models.CharField(blank=True, default='', max_length=1000)),
                ('outcome', models.CharField(blank=True, default='', max_length=1000)),
                ('due_on', models.DateField(null=True)),
                ('day', models.DateField(null=True)),
                ('value', models.BigIntegerField(null=True)),
                ('anomaly', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='insight.anomaly')),
                ('by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.person')),
                ('owner', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.person')),
            ],
        ),
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
        migrations.AddIndex(
            model_name='anomaly',
            index=models.Index(fields=['unit', '-day', '-id'], name='anomalies_of_a_unit'),
        ),
        migrations.AddIndex(
            model_name='anomaly',
            index=models.Index(condition=models.Q(('state', 'CLOSED'), _negated=True), fields=['owner', 'due_on'], name='open_anomalies_of_a_person'),
        ),
        migrations.AddIndex(
            model_name='anomaly',
            index=models.Index(fields=['-day', '-id'], name='anomalies_newest_first'),
        ),
        migrations.AddConstraint(
            model_name='anomaly',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'CLOSED'), _negated=True), fields=('unit', 'link', 'currency', 'side'), name='one_open_anomaly_of_a_link'),
        ),
        migrations.AddConstraint(
            model_name='anomaly',
            constraint=models.UniqueConstraint(fields=('unit', 'link', 'currency', 'side', 'day'), name='one_anomaly_of_a_link_and_day'),
        ),
        migrations.AddConstraint(
            model_name='anomaly',
            constraint=models.CheckConstraint(condition=models.Q(('low__lte', models.F('usual')), ('usual__lte', models.F('high'))), name='anomaly_limits_are_in_order'),
        ),
        migrations.AddConstraint(
            model_name='anomaly',
            constraint=models.CheckConstraint(condition=models.Q(('last_day__gte', models.F('day'))), name='anomalies_last_from_their_day_on'),
        ),
        migrations.AddConstraint(
            model_name='anomaly',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_at', None), ('due_on', None), ('owner', None), ('state', 'RAISED')), models.Q(('closed_at', None), ('due_on__gte', models.F('day')), ('owner__isnull', False), ('state', 'ACTED'), models.Q(('action', ''), _negated=True), models.Q(('reason', ''), _negated=True)), ('state', 'CLOSED'), _connector='OR'), name='acted_anomalies_have_an_owner_and_a_day'),
        ),
        migrations.AddConstraint(
            model_name='anomaly',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'CLOSED'), _negated=True), models.Q(('closed_at__gte', models.F('raised_at')), ('closed_by__isnull', False), models.Q(('done', ''), _negated=True), models.Q(('outcome', ''), _negated=True)), _connector='OR'), name='closed_anomalies_have_an_answer'),
        ),
        migrations.AddConstraint(
            model_name='anomaly',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('agenda_on', None), ('group', None)), models.Q(('agenda_on__isnull', False), ('group__isnull', False)), _connector='OR'), name='agendas_of_anomalies_have_a_day'),
        ),
        migrations.AddConstraint(
            model_name='anomaly',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(models.Q(('raised_at__gte', datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('raised_at__lt', datetime.datetime(2100, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), ('raised_at__isnull', True), _connector='OR'), models.Q(models.Q(('closed_at__gte', datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('closed_at__lt', datetime.datetime(2100, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), ('closed_at__isnull', True), _connector='OR')), name='anomaly_times_are_sane'),
        ),
        migrations.AddConstraint(
            model_name='anomalyfinding',
            constraint=models.UniqueConstraint(fields=('anomaly', 'part', 'position'), name='findings_of_an_anomaly_are_in_order'),
        ),
        migrations.AddIndex(
            model_name='anomalystep',
            index=models.Index(fields=['anomaly', 'at'], name='steps_of_an_anomaly'),
        ),
        migrations.AddConstraint(
            model_name='anomalystep',
            constraint=models.UniqueConstraint(fields=('anomaly', 'day'), name='an_anomaly_is_seen_once_a_day'),
        ),
        migrations.AddConstraint(
            model_name='anomalystep',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('at__gte', datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('at__lt', datetime.datetime(2100, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), ('at__isnull', True), _connector='OR'), name='anomaly_step_times_are_sane'),
        ),
        migrations.CreateModel(
            name='Interim',
            fields=[
                ('id', models.PositiveSmallIntegerField(default=1, editable=False, primary_key=True, serialize=False)),
                ('until', models.DateField()),
                ('as_of', models.DateTimeField()),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='there_is_one_interim'), models.CheckConstraint(condition=models.Q(models.Q(('as_of__gte', datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('as_of__lt', datetime.datetime(2100, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), ('as_of__isnull', True), _connector='OR'), name='interim_times_are_sane')],
            },
        ),
        migrations.CreateModel(
            name='RollUp',
            fields=[
                ('id', models.UUIDField(default=tiejun.foundation.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('until', models.DateField()),
                ('as_of', models.DateTimeField()),
                ('churn_days', models.PositiveIntegerField()),
                ('changed', models.JSONField(default=dict)),
            ],
            options={
                'indexes': [models.Index(fields=['-as_of', '-id'], name='newest_roll_up')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('as_of__gte', datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('as_of__lt', datetime.datetime(2100, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), ('as_of__isnull', True), _connector='OR'), name='roll_up_times_are_sane')],
            },
        ),
        migrations.CreateModel(
            name='RollUpProgress',
            fields=[
                ('id', models.UUIDField(default=tiejun.foundation.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('since', models.DateField()),
                ('upto', models.DateField()),
                ('until', models.DateField()),
                ('as_of', models.DateTimeField()),
                ('churn_days', models.PositiveIntegerField()),
                ('is_first', models.BooleanField()),
                ('changed', models.JSONField(default=dict)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('until__gte', models.F('upto')), ('upto__gte', models.F('since'))), name='counts_of_all_days_go_forward'), models.CheckConstraint(condition=models.Q(models.Q(('as_of__gte', datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('as_of__lt', datetime.datetime(2100, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), ('as_of__isnull', True), _connector='OR'), name='roll_up_progress_times_are_sane')],
            },
        ),
        migrations.CreateModel(
            name='CustomerFact',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('cut', models.CharField(choices=[('WHOLE', 'Whole'), ('UNIT', 'Unit'), ('PERSON', 'Person'), ('SOURCE', 'Source'), ('LINE', 'Line')], max_length=6)),
                ('day', models.DateField()),
                ('source', models.CharField(blank=True, default='', max_length=30)),
                ('currency', models.CharField(blank=True, default='', max_length=3)),
                ('customers', models.IntegerField()),
                ('person', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.person')),
                ('unit', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.unit')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('cut', 'day', 'unit', 'person', 'source', 'currency'), name='one_customer_fact_of_a_month', nulls_distinct=False), models.CheckConstraint(condition=models.Q(('day__day', 1)), name='customer_facts_begin_a_month')],
            },
        ),
        migrations.CreateModel(
            name='DealFact',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('cut', models.CharField(choices=[('WHOLE', 'Whole'), ('UNIT', 'Unit'), ('PERSON', 'Person'), ('SOURCE', 'Source'), ('LINE', 'Line')], max_length=6)),
                ('day', models.DateField()),
                ('source', models.CharField(blank=True, default='', max_length=30)),
                ('currency', models.CharField(blank=True, default='', max_length=3)),
                ('opened', models.IntegerField()),
                ('opened_minor', models.BigIntegerField()),
                ('decided', models.IntegerField()),
                ('won', models.IntegerField()),
                ('product_line', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.productline')),
                ('person', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.person')),
                ('unit', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.unit')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('cut', 'day', 'unit', 'person', 'source', 'currency', 'product_line'), name='one_deal_fact_of_a_day', nulls_distinct=False)],
            },
        ),
        migrations.CreateModel(
            name='FieldFact',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('cut', models.CharField(choices=[('WHOLE', 'Whole'), ('UNIT', 'Unit'), ('PERSON', 'Person'), ('SOURCE', 'Source'), ('LINE', 'Line')], max_length=6)),
                ('day', models.DateField()),
                ('source', models.CharField(blank=True, default='', max_length=30)),
                ('currency', models.CharField(blank=True, default='', max_length=3)),
                ('visits', models.IntegerField()),
                ('effective', models.IntegerField()),
                ('new_effective', models.IntegerField()),
                ('person', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.person')),
                ('unit', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.unit')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('cut', 'day', 'unit', 'person', 'source', 'currency'), name='one_field_fact_of_a_day', nulls_distinct=False)],
            },
        ),
        migrations.CreateModel(
            name='LeadFact',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('cut', models.CharField(choices=[('WHOLE', 'Whole'), ('UNIT', 'Unit'), ('PERSON', 'Person'), ('SOURCE', 'Source'), ('LINE', 'Line')], max_length=6)),
                ('day', models.DateField()),
                ('source', models.CharField(blank=True, default='', max_length=30)),
                ('currency', models.CharField(blank=True, default='', max_length=3)),
                ('entered', models.IntegerField()),
                ('high', models.IntegerField()),
                ('medium', models.IntegerField()),
                ('taken', models.IntegerField()),
                ('given_up', models.IntegerField()),
                ('valid', models.IntegerField()),
                ('person', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.person')),
                ('unit', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.unit')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('cut', 'day', 'unit', 'person', 'source', 'currency'), name='one_lead_fact_of_a_day', nulls_distinct=False)],
            },
        ),
        migrations.CreateModel(
            name='SaleFact',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('cut', models.CharField(choices=[('WHOLE', 'Whole'), ('UNIT', 'Unit'), ('PERSON', 'Person'), ('SOURCE', 'Source'), ('LINE', 'Line')], max_length=6)),
                ('day', models.DateField()),
                ('source', models.CharField(blank=True, default='', max_length=30)),
                ('currency', models.CharField(blank=True, default='', max_length=3)),
                ('orders', models.IntegerField()),
                ('signed_minor', models.BigIntegerField()),
                ('receipts', models.IntegerField()),
                ('received_minor', models.BigIntegerField()),
                ('fresh', models.IntegerField()),
                ('late', models.IntegerField()),
                ('person', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.person')),
                ('unit', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.unit')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('cut', 'day', 'unit', 'person', 'source', 'currency'), name='one_sale_fact_of_a_day', nulls_distinct=False)],
            },
        ),
        migrations.CreateModel(
            name='ChannelFact',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('cohort', models.DateField()),
                ('month', models.DateField()),
                ('source', models.CharField(max_length=30)),
                ('currency', models.CharField(max_length=3)),
                ('buyers', models.IntegerField()),
                ('signed_minor', models.BigIntegerField()),
                ('received_minor', models.BigIntegerField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('cohort', 'month', 'source', 'currency'), name='one_channel_fact_of_a_month')],
            },
        ),
        migrations.CreateModel(
            name='CohortFact',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('cut', models.CharField(choices=[('WHOLE', 'Whole'), ('UNIT', 'Unit'), ('PERSON', 'Person'), ('SOURCE', 'Source'), ('LINE', 'Line')], max_length=6)),
                ('cohort', models.DateField()),
                ('month', models.DateField()),
                ('source', models.CharField(blank=True, default='', max_length=30)),
                ('currency', models.CharField(max_length=3)),
                ('buyers', models.IntegerField()),
                ('again', models.IntegerField()),
                ('net_minor', models.BigIntegerField()),
                ('unit', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.unit')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('cut', 'cohort', 'month', 'unit', 'source', 'currency'), name='one_cohort_fact_of_a_month', nulls_distinct=False), models.CheckConstraint(condition=models.Q(('month__gte', models.F('cohort'))), name='cohorts_go_on_from_their_month')],
            },
        ),
        migrations.RunSQL(TRIGGERS, DROP),
    ]
