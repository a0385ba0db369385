import datetime
import django.db.models.deletion
import tiejun.foundation.ids
from django.db import migrations, models
from tiejun.foundation.new_tables import NewTablesMigration


TRIGGERS = """
CREATE FUNCTION success_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is a ledger: rows are added, never changed', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

-- What a customer said stands: an answered survey never changes, a complaint keeps its words and its answer.
CREATE FUNCTION success_words_stand() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.answered_at IS NOT NULL THEN
        RAISE EXCEPTION 'an answer in % stands', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_TABLE_NAME = 'success_complaint' AND (to_jsonb(NEW) ->> 'words') <> (to_jsonb(OLD) ->> 'words') THEN
        RAISE EXCEPTION 'the words of a complaint stand' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER steps_stand BEFORE UPDATE OR DELETE ON success_enablementstep
    FOR EACH ROW EXECUTE FUNCTION success_refuse_change();
CREATE TRIGGER voices_stand BEFORE UPDATE OR DELETE ON success_customervoice
    FOR EACH ROW EXECUTE FUNCTION success_refuse_change();
CREATE TRIGGER follow_ons_stand BEFORE UPDATE OR DELETE ON success_followondeal
    FOR EACH ROW EXECUTE FUNCTION success_refuse_change();
CREATE TRIGGER surveys_stand BEFORE UPDATE OR DELETE ON success_satisfactionsurvey
    FOR EACH ROW EXECUTE FUNCTION success_words_stand();
CREATE TRIGGER complaints_stand BEFORE UPDATE OR DELETE ON success_complaint
    FOR EACH ROW EXECUTE FUNCTION success_words_stand();
"""
DROP = """
DROP TRIGGER steps_stand ON success_enablementstep;
DROP TRIGGER voices_stand ON success_customervoice;
DROP TRIGGER follow_ons_stand ON success_followondeal;
DROP TRIGGER surveys_stand ON success_satisfactionsurvey;
DROP TRIGGER complaints_stand ON success_complaint;
DROP FUNCTION success_refuse_change();
DROP FUNCTION success_words_stand();
"""


class Migration(NewTablesMigration):

    initial = True

    dependencies = [
        ('customers', '0001_initial'),
        ('org', '0001_initial'),
        ('pipeline', '0002_triggers'),
    ]

    operations = [
        migrations.CreateModel(
            name='CustomerLife',
            fields=[
                ('id', models.UUIDField(default=tiejun.foundation.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('since', models.DateField()),
                ('score', models.PositiveSmallIntegerField(default=100)),
                ('standing', models.CharField(choices=[('WELL', 'Well'), ('WATCH', 'Keep an eye on'), ('AT_RISK', 'At risk')], default='WELL', max_length=8)),
                ('standing_at', models.DateTimeField()),
                ('ends_on', models.DateField(null=True)),
                ('renew_on', models.DateField(null=True)),
                ('next_step', models.CharField(blank=True, default='', max_length=200)),
                ('next_step_on', models.DateField(null=True)),
                ('checked_at', models.DateTimeField()),
                ('version', models.PositiveIntegerField(default=1)),
                ('company', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.company')),
                ('next_step_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.person')),
            ],
        ),
        migrations.CreateModel(
            name='CustomerTrial',
            fields=[
                ('id', models.UUIDField(default=tiejun.foundation.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('began_on', models.DateField()),
                ('due_on', models.DateField()),
                ('currency', models.CharField(max_length=3)),
                ('amount_minor', models.BigIntegerField()),
                ('full_on', models.DateField(null=True)),
                ('full_currency', models.CharField(blank=True, default='', max_length=3)),
                ('full_minor', models.BigIntegerField(default=0)),
                ('company', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.company')),
                ('full_order', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='pipeline.order')),
                ('order', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='pipeline.order')),
                ('unit', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.unit')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('full_on', None)), fields=['due_on', 'id'], name='trials_that_run'), models.Index(condition=models.Q(('full_on__isnull', False)), fields=['-full_on', '-id'], name='trials_that_led_on'), models.Index(fields=['began_on'], name='trials_by_their_beginning')],
                'constraints': [models.CheckConstraint(condition=models.Q(('due_on__gt', models.F('began_on'))), name='trials_are_due_after_they_began'), models.CheckConstraint(condition=models.Q(models.Q(('full_currency', ''), ('full_minor', 0), ('full_on', None), ('full_order', None)), models.Q(('full_on__gte', models.F('began_on')), ('full_order__isnull', False), models.Q(('full_currency', ''), _negated=True)), _connector='OR'), name='what_follows_a_trial_is_known_whole')],
            },
        ),
        migrations.CreateModel(
            name='CustomerVoice',
            fields=[
                ('id', models.UUIDField(default=tiejun.foundation.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('USAGE', 'Use'), ('PRAISE', 'Praise'), ('WISH', 'Wish')], max_length=8)),
                ('usage', models.PositiveSmallIntegerField(choices=[(0, 'Not used'), (1, 'Seldom'), (2, 'Every week'), (3, 'Every day')], null=True)),
                ('words', models.CharField(blank=True, default='', max_length=1000)),
                ('contact_name', models.CharField(blank=True, default='', max_length=80)),
                ('noted_at', models.DateTimeField()),
                ('company', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.company')),
                ('noted_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.person')),
            ],
        ),
        migrations.CreateModel(
            name='EnablementStep',
            fields=[
                ('id', models.UUIDField(default=tiejun.foundation.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('step', models.CharField(choices=[('HELP', 'Help'), ('EDUCATE', 'Educate'), ('DECIDE', 'Decide'), ('TRAIN', 'Train'), ('GRANT', 'Grant'), ('EXPAND', 'Expand')], max_length=8)),
                ('done_on', models.DateField()),
                ('evidence', models.CharField(max_length=300)),
                ('recorded_at', models.DateTimeField()),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.company')),
                ('done_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.person')),
                ('order', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='pipeline.order')),
            ],
        ),
        migrations.CreateModel(
            name='FollowOnDeal',
            fields=[
                ('id', models.UUIDField(default=tiejun.foundation.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('RENEWAL', 'Renewal'), ('ADD_ON', 'Add-on sale'), ('TRIAL', 'After a trial')], max_length=8)),
                ('reason', models.CharField(blank=True, default='', max_length=300)),
                ('decided_at', models.DateTimeField()),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.company')),
                ('decided_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.person')),
                ('opportunity', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='pipeline.opportunity')),
                ('order', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='pipeline.order')),
            ],
        ),
        migrations.CreateModel(
            name='HealthSignal',
            fields=[
                ('id', models.UUIDField(default=tiejun.foundation.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('LATE_ANSWER', 'Complaint past its day'), ('COMPLAINT', 'Open complaint'), ('OVERDUE', 'Payment overdue'), ('UNHAPPY', 'Low score in the survey'), ('UNUSED', 'Hardly used'), ('NOT_HANDED', 'Hand-over late'), ('SILENT', 'No contact'), ('ENDING', 'Contract ends'), ('TRIAL_OVER', 'Trial over, no full order')], max_length=12)),
                ('points', models.PositiveSmallIntegerField()),
                ('measure', models.IntegerField()),
                ('life', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='success.customerlife')),
            ],
        ),
        migrations.CreateModel(
            name='SatisfactionSurvey',
            fields=[
                ('id', models.UUIDField(default=tiejun.foundation.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('code', models.CharField(max_length=64, unique=True)),
                ('asked_at', models.DateTimeField()),
                ('open_until', models.DateTimeField()),
                ('score', models.PositiveSmallIntegerField(null=True)),
                ('words', models.CharField(blank=True, default='', max_length=2000)),
                ('contact_name', models.CharField(blank=True, default='', max_length=80)),
                ('answered_at', models.DateTimeField(null=True)),
                ('asked_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.person')),
                ('company', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.company')),
            ],
        ),
        migrations.CreateModel(
            name='Complaint',
            fields=[
                ('id', models.UUIDField(default=tiejun.foundation.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('subject', models.CharField(choices=[('PRODUCT', 'Product'), ('QUALITY', 'Quality'), ('DELIVERY', 'Delivery'), ('SERVICE', 'Service'), ('PRICE', 'Price or bill'), ('PERSON', 'A person'), ('OTHER', 'Something else')], max_length=8)),
                ('source', models.CharField(choices=[('TOLD', 'Told'), ('SURVEY', 'Survey'), ('REFUND', 'Refund')], max_length=8)),
                ('words', models.CharField(max_length=2000)),
                ('contact_name', models.CharField(blank=True, default='', max_length=80)),
                ('due_on', models.DateField()),
                ('opened_at', models.DateTimeField()),
                ('answer', models.CharField(blank=True, default='', max_length=2000)),
                ('answered_at', models.DateTimeField(null=True)),
                ('version', models.PositiveIntegerField(default=1)),
                ('answered_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.person')),
                ('company', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.company')),
                ('opened_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.person')),
                ('order', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='pipeline.order')),
                ('owner', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.person')),
                ('receipt', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='pipeline.receipt')),
            ],
            options={
                'indexes': [models.Index(fields=['company', '-opened_at'], name='complaints_of_a_company'), models.Index(condition=models.Q(('answered_at', None)), fields=['due_on', 'id'], name='open_complaints_by_day'), models.Index(condition=models.Q(('answered_at', None)), fields=['owner', 'due_on'], name='open_complaints_of_an_owner')],
                'constraints': [models.CheckConstraint(condition=models.Q(('words', ''), _negated=True), name='complaints_say_something'), models.CheckConstraint(condition=models.Q(models.Q(('answer', ''), ('answered_at', None)), models.Q(('answered_at__isnull', False), models.Q(('answer', ''), _negated=True)), _connector='OR'), name='closed_complaints_have_an_answer'), models.CheckConstraint(condition=models.Q(models.Q(('receipt__isnull', False), ('source', 'REFUND')), models.Q(models.Q(('source', 'REFUND'), _negated=True), ('receipt', None)), _connector='OR'), name='complaints_of_refunds_name_the_receipt'), models.CheckConstraint(condition=models.Q(models.Q(models.Q(('opened_at__gte', datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('opened_at__lt', datetime.datetime(2100, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), ('opened_at__isnull', True), _connector='OR'), models.Q(models.Q(('answered_at__gte', datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('answered_at__lt', datetime.datetime(2100, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), ('answered_at__isnull', True), _connector='OR')), name='complaint_times_are_sane')],
            },
        ),
        migrations.CreateModel(
            name='CustomerHandover',
            fields=[
                ('id', models.UUIDField(default=tiejun.foundation.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('number', models.CharField(max_length=20)),
                ('signed_on', models.DateField()),
                ('due_at', models.DateTimeField()),
                ('promised', models.CharField(blank=True, default='', max_length=2000)),
                ('contacts', models.CharField(blank=True, default='', max_length=500)),
                ('payment', models.CharField(blank=True, default='', max_length=500)),
                ('ends_on', models.DateField(null=True)),
                ('handed_at', models.DateTimeField(null=True)),
                ('received_at', models.DateTimeField(null=True)),
                ('returned_at', models.DateTimeField(null=True)),
                ('returned_note', models.CharField(blank=True, default='', max_length=300)),
                ('is_over', models.BooleanField(default=False)),
                ('version', models.PositiveIntegerField(default=1)),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.company')),
                ('handed_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.person')),
                ('order', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='pipeline.order')),
                ('receiver', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.person')),
                ('seller', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.person')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('is_over', False), ('received_at', None)), fields=['due_at', 'id'], name='open_customer_handovers'), models.Index(condition=models.Q(('is_over', False), ('received_at', None)), fields=['receiver'], name='customers_to_receive')],
                'constraints': [models.CheckConstraint(condition=models.Q(('handed_at', None), models.Q(('ends_on__isnull', False), ('handed_by__isnull', False), ('receiver__isnull', False), models.Q(('promised', ''), _negated=True), models.Q(('contacts', ''), _negated=True)), _connector='OR'), name='hand_overs_of_customers_are_complete'), models.CheckConstraint(condition=models.Q(('received_at', None), models.Q(('handed_at__isnull', False), ('received_at__gte', models.F('handed_at'))), _connector='OR'), name='customers_are_received_after_handing_over'), models.CheckConstraint(condition=models.Q(('receiver', None), ('handed_by', None), models.Q(('receiver', models.F('handed_by')), _negated=True), _connector='OR'), name='nobody_hands_a_customer_to_oneself'), models.CheckConstraint(condition=models.Q(('ends_on', None), ('ends_on__gte', models.F('signed_on')), _connector='OR'), name='contracts_end_after_signing'), models.CheckConstraint(condition=models.Q(models.Q(models.Q(('due_at__gte', datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('due_at__lt', datetime.datetime(2100, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), ('due_at__isnull', True), _connector='OR'), models.Q(models.Q(('handed_at__gte', datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('handed_at__lt', datetime.datetime(2100, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), ('handed_at__isnull', True), _connector='OR'), models.Q(models.Q(('received_at__gte', datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('received_at__lt', datetime.datetime(2100, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), ('received_at__isnull', True), _connector='OR'), models.Q(models.Q(('returned_at__gte', datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('returned_at__lt', datetime.datetime(2100, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), ('returned_at__isnull', True), _connector='OR')), name='customer_handover_times_are_sane')],
            },
        ),
        migrations.AddIndex(
            model_name='customerlife',
            index=models.Index(condition=models.Q(('standing', 'WELL'), _negated=True), fields=['score', 'id'], name='lives_that_need_care'),
        ),
        migrations.AddIndex(
            model_name='customerlife',
            index=models.Index(condition=models.Q(('renew_on__isnull', False)), fields=['renew_on', 'id'], name='lives_to_renew'),
        ),
        migrations.AddConstraint(
            model_name='customerlife',
            constraint=models.CheckConstraint(condition=models.Q(('score__lte', 100)), name='health_is_at_most_full'),
        ),
        migrations.AddConstraint(
            model_name='customerlife',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('next_step', ''), ('next_step_on', None)), models.Q(models.Q(('next_step', ''), _negated=True), ('next_step_on__isnull', False)), _connector='OR'), name='next_steps_of_customers_have_a_day'),
        ),
        migrations.AddConstraint(
            model_name='customerlife',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ends_on', None), ('renew_on', None)), models.Q(('ends_on__isnull', False), ('renew_on__lte', models.F('ends_on'))), _connector='OR'), name='renewals_are_proposed_before_the_end'),
        ),
        migrations.AddConstraint(
            model_name='customerlife',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(models.Q(('standing_at__gte', datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('standing_at__lt', datetime.datetime(2100, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), ('standing_at__isnull', True), _connector='OR'), models.Q(models.Q(('checked_at__gte', datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('checked_at__lt', datetime.datetime(2100, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), ('checked_at__isnull', True), _connector='OR')), name='customer_life_times_are_sane'),
        ),
        migrations.AddIndex(
            model_name='customervoice',
            index=models.Index(fields=['company', '-noted_at'], name='voices_of_a_company'),
        ),
        migrations.AddConstraint(
            model_name='customervoice',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'USAGE'), ('usage__lte', 3)), models.Q(models.Q(('kind', 'USAGE'), _negated=True), ('usage', None), models.Q(('words', ''), _negated=True)), _connector='OR'), name='voices_say_something'),
        ),
        migrations.AddConstraint(
            model_name='customervoice',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('noted_at__gte', datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('noted_at__lt', datetime.datetime(2100, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), ('noted_at__isnull', True), _connector='OR'), name='customer_voice_times_are_sane'),
        ),
        migrations.AddConstraint(
            model_name='enablementstep',
            constraint=models.UniqueConstraint(fields=('order', 'step'), name='one_step_of_a_kind_per_order'),
        ),
        migrations.AddConstraint(
            model_name='enablementstep',
            constraint=models.CheckConstraint(condition=models.Q(('evidence', ''), _negated=True), name='steps_after_signing_have_evidence'),
        ),
        migrations.AddConstraint(
            model_name='enablementstep',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('recorded_at__gte', datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('recorded_at__lt', datetime.datetime(2100, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), ('recorded_at__isnull', True), _connector='OR'), name='enablement_times_are_sane'),
        ),
        migrations.AddConstraint(
            model_name='followondeal',
            constraint=models.UniqueConstraint(condition=models.Q(('kind', 'RENEWAL')), fields=('order',), name='one_renewal_per_order'),
        ),
        migrations.AddConstraint(
            model_name='followondeal',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'RENEWAL'), ('order__isnull', False)), models.Q(('kind__in', ['ADD_ON', 'TRIAL']), ('opportunity__isnull', False)), _connector='OR'), name='follow_ons_have_an_origin'),
        ),
        migrations.AddConstraint(
            model_name='followondeal',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('opportunity__isnull', False), ('reason', '')), models.Q(('opportunity', None), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='what_is_not_renewed_has_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='followondeal',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decided_at__gte', datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('decided_at__lt', datetime.datetime(2100, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), ('decided_at__isnull', True), _connector='OR'), name='follow_on_times_are_sane'),
        ),
        migrations.AddConstraint(
            model_name='healthsignal',
            constraint=models.UniqueConstraint(fields=('life', 'kind'), name='one_health_signal_of_a_kind'),
        ),
        migrations.AddIndex(
            model_name='satisfactionsurvey',
            index=models.Index(fields=['company', '-asked_at'], name='surveys_of_a_company'),
        ),
        migrations.AddConstraint(
            model_name='satisfactionsurvey',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answered_at', None), ('score', None)), models.Q(('answered_at__isnull', False), ('score__lte', 10)), _connector='OR'), name='answered_surveys_have_a_score'),
        ),
        migrations.AddConstraint(
            model_name='satisfactionsurvey',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(models.Q(('asked_at__gte', datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('asked_at__lt', datetime.datetime(2100, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), ('asked_at__isnull', True), _connector='OR'), models.Q(models.Q(('open_until__gte', datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('open_until__lt', datetime.datetime(2100, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), ('open_until__isnull', True), _connector='OR'), models.Q(models.Q(('answered_at__gte', datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('answered_at__lt', datetime.datetime(2100, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), ('answered_at__isnull', True), _connector='OR')), name='satisfaction_times_are_sane'),
        ),
        migrations.RunSQL(TRIGGERS, DROP),
    ]
