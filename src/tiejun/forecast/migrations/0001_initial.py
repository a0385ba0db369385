import datetime
import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
import tiejun.forecast.rules
import tiejun.forecast.rules.months
import tiejun.foundation.ids
from django.db import migrations, models
from tiejun.foundation.new_tables import NewTablesMigration


class Migration(NewTablesMigration):

    initial = True

    dependencies = [
        ('customers', '0001_initial'),
        ('org', '0001_initial'),
        ('pipeline', '0002_triggers'),
    ]

    operations = [
        migrations.CreateModel(
            name='DailyForecast',
            fields=[
                ('id', models.UUIDField(default=tiejun.foundation.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('business_day', models.DateField()),
                ('state', models.CharField(choices=[('DRAFT', 'DRAFT'), ('SUBMITTED', 'SUBMITTED'), ('REVIEWED', 'REVIEWED'), ('CLOSED', 'CLOSED')], max_length=10)),
                ('expected_deals', models.PositiveSmallIntegerField()),
                ('expected_minor', models.BigIntegerField()),
                ('expected_visits', models.PositiveSmallIntegerField()),
                ('expected_morning', models.PositiveSmallIntegerField()),
                ('expected_effective', models.PositiveSmallIntegerField()),
                ('lacking_backup', models.PositiveSmallIntegerField(default=0)),
                ('largest_minor', models.BigIntegerField(default=0)),
                ('is_machine', models.BooleanField(default=True)),
                ('is_late', models.BooleanField(default=False)),
                ('submitted_at', models.DateTimeField(null=True)),
                ('changed_at', models.DateTimeField()),
                ('actual_deals', models.PositiveSmallIntegerField(null=True)),
                ('actual_minor', models.BigIntegerField(null=True)),
                ('actual_visits', models.PositiveSmallIntegerField(null=True)),
                ('actual_effective', models.PositiveSmallIntegerField(null=True)),
                ('result_met', models.BooleanField(null=True)),
                ('process_met', models.BooleanField(null=True)),
                ('closed_at', models.DateTimeField(null=True)),
                ('version', models.PositiveIntegerField(default=1)),
                ('changed_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.person')),
                ('person', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.person')),
                ('unit', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.unit')),
            ],
            options={
                'indexes': [models.Index(fields=['unit', 'business_day'], name='daily_forecasts_of_a_unit')],
                'constraints': [models.UniqueConstraint(fields=('person', 'business_day'), name='one_daily_forecast_per_person_and_day'), models.CheckConstraint(condition=models.Q(('expected_effective__lte', models.F('expected_visits')), ('expected_morning__lte', models.F('expected_visits'))), name='parts_of_a_forecast_are_not_more_than_its_visits'), models.CheckConstraint(condition=models.Q(models.Q(('state', tiejun.forecast.rules.DayState['CLOSED']), _negated=True), models.Q(('closed_at__isnull', False), ('process_met__isnull', False), ('result_met__isnull', False)), _connector='OR'), name='closed_days_are_judged'), models.CheckConstraint(condition=models.Q(('state', tiejun.forecast.rules.DayState['DRAFT']), ('submitted_at__isnull', False), _connector='OR'), name='submitted_forecasts_have_their_time'), models.CheckConstraint(condition=models.Q(models.Q(models.Q(('submitted_at__gte', datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('submitted_at__lt', datetime.datetime(2100, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), ('submitted_at__isnull', True), _connector='OR'), models.Q(models.Q(('changed_at__gte', datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('changed_at__lt', datetime.datetime(2100, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), ('changed_at__isnull', True), _connector='OR'), models.Q(models.Q(('closed_at__gte', datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('closed_at__lt', datetime.datetime(2100, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), ('closed_at__isnull', True), _connector='OR')), name='daily_forecast_times_are_sane')],
            },
        ),
        migrations.CreateModel(
            name='DailyDeal',
            fields=[
                ('id', models.UUIDField(default=tiejun.foundation.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('closing_class', models.CharField(choices=[('A', 'A'), ('B', 'B')], max_length=1)),
                ('amount_minor', models.BigIntegerField()),
                ('backup_plan', models.CharField(blank=True, default='', max_length=300)),
                ('position', models.PositiveSmallIntegerField()),
                ('is_signed', models.BooleanField(null=True)),
                ('backup_company', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.company')),
                ('company', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.company')),
                ('opportunity', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='pipeline.opportunity')),
                ('forecast', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='forecast.dailyforecast')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('forecast', 'company'), name='one_deal_per_forecast_and_company'), models.CheckConstraint(condition=models.Q(('amount_minor__gte', 0)), name='forecast_deals_are_not_negative')],
            },
        ),
        migrations.CreateModel(
            name='DailyReport',
            fields=[
                ('id', models.UUIDField(default=tiejun.foundation.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('business_day', models.DateField()),
                ('state', models.CharField(choices=[('OPEN', 'Open'), ('CLOSED', 'Closed')], default='OPEN', max_length=6)),
                ('due_at', models.DateTimeField()),
                ('note', models.TextField(blank=True, default='')),
                ('content', models.JSONField(default=dict)),
                ('closed_at', models.DateTimeField(null=True)),
                ('version', models.PositiveIntegerField(default=1)),
                ('closed_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.person')),
                ('unit', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.unit')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('unit', 'business_day'), name='one_report_per_unit_and_day'), models.CheckConstraint(condition=models.Q(models.Q(('closed_at', None), ('state', 'OPEN')), models.Q(('closed_at__isnull', False), ('state', 'CLOSED')), _connector='OR'), name='closed_reports_have_their_time'), models.CheckConstraint(condition=models.Q(models.Q(models.Q(('due_at__gte', datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('due_at__lt', datetime.datetime(2100, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), ('due_at__isnull', True), _connector='OR'), models.Q(models.Q(('closed_at__gte', datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('closed_at__lt', datetime.datetime(2100, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), ('closed_at__isnull', True), _connector='OR')), name='report_times_are_sane')],
            },
        ),
        migrations.CreateModel(
            name='ForecastReview',
            fields=[
                ('id', models.UUIDField(default=tiejun.foundation.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('business_day', models.DateField()),
                ('state', models.CharField(choices=[('REQUIRED', 'REQUIRED'), ('SUGGESTED', 'SUGGESTED'), ('DONE', 'DONE'), ('CARRIED', 'CARRIED'), ('WAIVED', 'WAIVED')], max_length=10)),
                ('kind', models.CharField(choices=[('FULL', 'FULL'), ('SHORT', 'SHORT')], max_length=5)),
                ('reasons', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('CARRIED', 'CARRIED'), ('MISSED_RESULT', 'MISSED_RESULT'), ('HIGH', 'HIGH'), ('NO_BACKUP', 'NO_BACKUP'), ('MISSED_PROCESS', 'MISSED_PROCESS'), ('COVERAGE', 'COVERAGE')], max_length=20), size=None)),
                ('position', models.PositiveSmallIntegerField()),
                ('minutes', models.PositiveSmallIntegerField()),
                ('findings', models.TextField(blank=True, default='')),
                ('agreed', models.TextField(blank=True, default='')),
                ('itinerary', models.CharField(blank=True, default='', max_length=500)),
                ('itinerary_confirmed', models.BooleanField(default=False)),
                ('backup_checked', models.BooleanField(null=True)),
                ('carry_reason', models.CharField(blank=True, default='', max_length=300)),
                ('handled_at', models.DateTimeField(null=True)),
                ('version', models.PositiveIntegerField(default=1)),
                ('handled_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.person')),
                ('person', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.person')),
                ('unit', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.unit')),
            ],
            options={
                'indexes': [models.Index(fields=['unit', '-business_day', 'position'], name='reviews_of_a_unit')],
                'constraints': [models.UniqueConstraint(fields=('person', 'business_day'), name='one_review_per_person_and_evening'), models.CheckConstraint(condition=models.Q(models.Q(('state', tiejun.forecast.rules.ReviewState['CARRIED']), _negated=True), models.Q(('carry_reason', ''), _negated=True), _connector='OR'), name='carried_reviews_have_a_reason'), models.CheckConstraint(condition=models.Q(('state__in', ['REQUIRED', 'SUGGESTED']), ('handled_at__isnull', False), _connector='OR'), name='handled_reviews_have_their_time'), models.CheckConstraint(condition=models.Q(models.Q(('state', tiejun.forecast.rules.ReviewState['DONE']), _negated=True), ('itinerary_confirmed', True), _connector='OR'), name='a_review_confirms_the_itinerary'), models.CheckConstraint(condition=models.Q(models.Q(('handled_at__gte', datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('handled_at__lt', datetime.datetime(2100, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), ('handled_at__isnull', True), _connector='OR'), name='review_times_are_sane')],
            },
        ),
        migrations.CreateModel(
            name='ForecastSnapshot',
            fields=[
                ('id', models.UUIDField(default=tiejun.foundation.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('taken_on', models.DateField()),
                ('month', models.DateField()),
                ('edition', models.PositiveSmallIntegerField()),
                ('deals', models.PositiveIntegerField()),
                ('amount_minor', models.BigIntegerField()),
                ('signed_deals', models.IntegerField()),
                ('signed_minor', models.BigIntegerField()),
                ('person', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.person')),
                ('unit', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.unit')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('taken_on', 'month', 'unit', 'person'), name='one_snapshot_per_evening', nulls_distinct=False)],
            },
        ),
        migrations.CreateModel(
            name='GroupForecast',
            fields=[
                ('id', models.UUIDField(default=tiejun.foundation.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('month', models.DateField()),
                ('edition', models.PositiveSmallIntegerField(default=1)),
                ('members_deals', models.PositiveIntegerField()),
                ('members_minor', models.BigIntegerField()),
                ('adjustment_deals', models.IntegerField(default=0)),
                ('adjustment_minor', models.BigIntegerField(default=0)),
                ('adjustment_reason', models.CharField(blank=True, default='', max_length=500)),
                ('deals', models.PositiveIntegerField()),
                ('amount_minor', models.BigIntegerField()),
                ('submitted_at', models.DateTimeField()),
                ('superseded_at', models.DateTimeField(null=True)),
                ('submitted_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.person')),
                ('unit', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.unit')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('unit', 'month', 'edition'), name='one_group_forecast_per_edition'), models.UniqueConstraint(condition=models.Q(('superseded_at', None)), fields=('unit', 'month'), name='one_group_forecast_in_force'), models.CheckConstraint(condition=models.Q(('amount_minor', django.db.models.expressions.CombinedExpression(models.F('members_minor'), '+', models.F('adjustment_minor'))), ('deals', django.db.models.expressions.CombinedExpression(models.F('members_deals'), '+', models.F('adjustment_deals')))), name='a_group_number_is_its_members_and_the_adjustment'), models.CheckConstraint(condition=models.Q(models.Q(('adjustment_deals', 0), ('adjustment_minor', 0)), models.Q(('adjustment_reason', ''), _negated=True), _connector='OR'), name='adjustments_have_a_reason'), models.CheckConstraint(condition=models.Q(models.Q(models.Q(('submitted_at__gte', datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('submitted_at__lt', datetime.datetime(2100, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), ('submitted_at__isnull', True), _connector='OR'), models.Q(models.Q(('superseded_at__gte', datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('superseded_at__lt', datetime.datetime(2100, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), ('superseded_at__isnull', True), _connector='OR')), name='group_forecast_times_are_sane')],
            },
        ),
        migrations.CreateModel(
            name='MonthlyForecast',
            fields=[
                ('id', models.UUIDField(default=tiejun.foundation.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('month', models.DateField()),
                ('edition', models.PositiveSmallIntegerField(default=1)),
                ('state', models.CharField(choices=[('DRAFT', 'DRAFT'), ('TALKED', 'TALKED'), ('SIGNED', 'SIGNED'), ('PUBLISHED', 'PUBLISHED'), ('SUPERSEDED', 'SUPERSEDED')], max_length=10)),
                ('deals', models.PositiveSmallIntegerField()),
                ('amount_minor', models.BigIntegerField()),
                ('assumptions', models.TextField(blank=True, default='')),
                ('state_of_work', models.TextField(blank=True, default='')),
                ('causes', models.TextField(blank=True, default='')),
                ('follow_up_plan', models.TextField(blank=True, default='')),
                ('improvement_plan', models.TextField(blank=True, default='')),
                ('deviation_explained', models.TextField(blank=True, default='')),
                ('support', models.CharField(choices=[('NONE', 'NONE'), ('RATIO', 'RATIO'), ('COACHING', 'COACHING'), ('LEADS', 'LEADS')], default=tiejun.forecast.rules.months.Support['NONE'], max_length=10)),
                ('support_note', models.CharField(blank=True, default='', max_length=500)),
                ('exception_reason', models.CharField(blank=True, default='', max_length=500)),
                ('expected_deals', models.FloatField(null=True)),
                ('expected_low', models.PositiveSmallIntegerField(null=True)),
                ('expected_high', models.PositiveSmallIntegerField(null=True)),
                ('expected_why', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20), default=list, size=None)),
                ('tree', models.JSONField(default=dict)),
                ('content_hash', models.CharField(blank=True, default='', max_length=64)),
                ('talked_at', models.DateTimeField(null=True)),
                ('rep_signed_at', models.DateTimeField(null=True)),
                ('published_at', models.DateTimeField(null=True)),
                ('superseded_at', models.DateTimeField(null=True)),
                ('changed_at', models.DateTimeField()),
                ('version', models.PositiveIntegerField(default=1)),
                ('exception_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.person')),
                ('person', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.person')),
                ('supervisor', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.person')),
                ('talked_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.person')),
                ('unit', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.unit')),
            ],
            options={
                'indexes': [models.Index(fields=['unit', 'month', 'state'], name='commitments_of_a_unit')],
                'constraints': [models.UniqueConstraint(fields=('person', 'month', 'edition'), name='one_commitment_per_edition'), models.UniqueConstraint(condition=models.Q(('state__in', ['DRAFT', 'TALKED', 'SIGNED'])), fields=('person', 'month'), name='one_open_commitment_per_person_and_month'), models.UniqueConstraint(condition=models.Q(('state', 'PUBLISHED')), fields=('person', 'month'), name='one_published_commitment_per_month'), models.CheckConstraint(condition=models.Q(('month__day', 1)), name='commitments_are_for_whole_months'), models.CheckConstraint(condition=models.Q(models.Q(('rep_signed_at', None), ('state__in', ['DRAFT', 'TALKED'])), models.Q(('rep_signed_at__isnull', False), models.Q(('content_hash', ''), _negated=True)), _connector='OR'), name='signed_commitments_carry_their_hash'), models.CheckConstraint(condition=models.Q(models.Q(('published_at', None), ('supervisor', None)), models.Q(('rep_signed_at__lte', models.F('published_at')), ('supervisor__isnull', False), models.Q(('supervisor', models.F('person')), _negated=True)), _connector='OR'), name='the_supervisor_signs_after_the_person_and_is_somebody_else'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['PUBLISHED', 'SUPERSEDED']), _negated=True), ('published_at__isnull', False), _connector='OR'), name='published_commitments_have_both_signatures'), models.CheckConstraint(condition=models.Q(('exception_reason', ''), models.Q(('exception_by__isnull', False), models.Q(('exception_by', models.F('person')), _negated=True)), _connector='OR'), name='nobody_grants_an_exception_to_themselves'), models.CheckConstraint(condition=models.Q(models.Q(models.Q(('talked_at__gte', datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('talked_at__lt', datetime.datetime(2100, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), ('talked_at__isnull', True), _connector='OR'), models.Q(models.Q(('rep_signed_at__gte', datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('rep_signed_at__lt', datetime.datetime(2100, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), ('rep_signed_at__isnull', True), _connector='OR'), models.Q(models.Q(('published_at__gte', datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('published_at__lt', datetime.datetime(2100, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), ('published_at__isnull', True), _connector='OR'), models.Q(models.Q(('superseded_at__gte', datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('superseded_at__lt', datetime.datetime(2100, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), ('superseded_at__isnull', True), _connector='OR'), models.Q(models.Q(('changed_at__gte', datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('changed_at__lt', datetime.datetime(2100, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), ('changed_at__isnull', True), _connector='OR')), name='commitment_times_are_sane')],
            },
        ),
        migrations.CreateModel(
            name='GroupLine',
            fields=[
                ('id', models.UUIDField(default=tiejun.foundation.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('deals', models.PositiveIntegerField()),
                ('amount_minor', models.BigIntegerField()),
                ('below', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='forecast.groupforecast')),
                ('group', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='forecast.groupforecast')),
                ('commitment', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='forecast.monthlyforecast')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('below', None), ('commitment__isnull', False)), models.Q(('below__isnull', False), ('commitment', None)), _connector='OR'), name='a_line_is_a_member_or_a_unit')],
            },
        ),
        migrations.CreateModel(
            name='ReportSection',
            fields=[
                ('id', models.UUIDField(default=tiejun.foundation.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('key', models.CharField(max_length=40)),
                ('content', models.JSONField()),
                ('visible_from', models.DateTimeField(null=True)),
                ('written_at', models.DateTimeField()),
                ('author', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.person')),
                ('report', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='forecast.dailyreport')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('report', 'key'), name='one_section_per_report_and_key'), models.CheckConstraint(condition=models.Q(models.Q(models.Q(('visible_from__gte', datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('visible_from__lt', datetime.datetime(2100, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), ('visible_from__isnull', True), _connector='OR'), models.Q(models.Q(('written_at__gte', datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('written_at__lt', datetime.datetime(2100, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), ('written_at__isnull', True), _connector='OR')), name='section_times_are_sane')],
            },
        ),
        migrations.CreateModel(
            name='WeeklyForecast',
            fields=[
                ('id', models.UUIDField(default=tiejun.foundation.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('week', models.DateField()),
                ('deals', models.PositiveSmallIntegerField()),
                ('visits', models.PositiveSmallIntegerField()),
                ('effective', models.PositiveSmallIntegerField()),
                ('quantity_note', models.TextField(blank=True, default='')),
                ('quality_note', models.TextField(blank=True, default='')),
                ('conversion_note', models.TextField(blank=True, default='')),
                ('key_companies', django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), default=list, size=None)),
                ('findings', models.JSONField(default=list)),
                ('agreed_at', models.DateTimeField()),
                ('version', models.PositiveIntegerField(default=1)),
                ('agreed_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.person')),
                ('person', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.person')),
                ('unit', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.unit')),
            ],
            options={
                'indexes': [models.Index(fields=['unit', 'week'], name='weekly_forecasts_of_a_unit')],
                'constraints': [models.UniqueConstraint(fields=('person', 'week'), name='one_weekly_forecast_per_person_and_week'), models.CheckConstraint(condition=models.Q(('week__iso_week_day', 1)), name='weeks_begin_on_monday'), models.CheckConstraint(condition=models.Q(('effective__lte', models.F('visits'))), name='effective_visits_of_a_week_are_visits'), models.CheckConstraint(condition=models.Q(('agreed_by', models.F('person')), _negated=True), name='a_week_is_agreed_with_somebody_else'), models.CheckConstraint(condition=models.Q(models.Q(('agreed_at__gte', datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('agreed_at__lt', datetime.datetime(2100, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), ('agreed_at__isnull', True), _connector='OR'), name='weekly_forecast_times_are_sane')],
            },
        ),
    ]
