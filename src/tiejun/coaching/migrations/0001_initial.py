import datetime
import django.db.models.deletion
import tiejun.coaching.rules
import tiejun.foundation.ids
from django.db import migrations, models
from tiejun.foundation.new_tables import NewTablesMigration


TRIGGERS = """
CREATE FUNCTION coaching_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is a ledger: rows are added, never changed', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

CREATE FUNCTION coaching_refuse_delete() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% rows are never deleted', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

-- A plan goes step by step; what was planned stands once the person knows it.
CREATE FUNCTION coaching_guard_plan() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    free text[] := ARRAY['state', 'version'];
BEGIN
    IF (OLD.person_id, OLD.unit_id, OLD.coach_id, OLD.business_day, OLD.planned_at)
       IS DISTINCT FROM (NEW.person_id, NEW.unit_id, NEW.coach_id, NEW.business_day, NEW.planned_at) THEN
        RAISE EXCEPTION 'a plan keeps its people and its day' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.state NOT IN ('DRAFTED', 'CONFIRMED') AND (to_jsonb(NEW) - free) IS DISTINCT FROM (to_jsonb(OLD) - free) THEN
        RAISE EXCEPTION 'a plan that has begun or was called off stands' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.state <> NEW.state AND NOT (OLD.state || '>' || NEW.state IN (
        'DRAFTED>CONFIRMED', 'DRAFTED>IN_FIELD', 'CONFIRMED>IN_FIELD', 'DRAFTED>CANCELLED', 'CONFIRMED>CANCELLED',
        'IN_FIELD>SUMMARISED', 'SUMMARISED>CLOSED'
    )) THEN
        RAISE EXCEPTION 'a plan does not go from % to %', OLD.state, NEW.state USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

-- At the end of the transaction each plan has its primary point; one that has begun keeps its points.
CREATE FUNCTION coaching_plan_has_its_point() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM coaching_planpoint WHERE plan_id = NEW.id AND is_primary) THEN
        RAISE EXCEPTION 'a plan has exactly one primary point' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION coaching_guard_plan_point() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM coaching_coachingplan WHERE id = OLD.plan_id AND state NOT IN ('DRAFTED', 'CONFIRMED')) THEN
        RAISE EXCEPTION 'a plan that has begun keeps its points' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;

CREATE FUNCTION coaching_guard_point() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.visible_from IS NOT NULL AND (TG_OP = 'DELETE' OR (OLD.person_id, OLD.skill, OLD.title, OLD.why, OLD.visible_from)
       IS DISTINCT FROM (NEW.person_id, NEW.skill, NEW.title, NEW.why, NEW.visible_from)) THEN
        RAISE EXCEPTION 'a point that was revealed stands' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;

-- Feedback stands; its visit may follow, once.
CREATE FUNCTION coaching_guard_talk() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.visit_id IS NOT NULL OR (to_jsonb(NEW) - 'visit_id') IS DISTINCT FROM (to_jsonb(OLD) - 'visit_id') THEN
        RAISE EXCEPTION 'feedback stays as it was given' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

-- A rating is about a point of the day.
CREATE FUNCTION coaching_rating_fits() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM coaching_coachingvisit t JOIN coaching_planpoint p ON p.plan_id = t.plan_id
        WHERE t.id = NEW.talk_id AND p.point_id = NEW.point_id
    ) THEN
        RAISE EXCEPTION 'a rating is about a point of the day' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION coaching_guard_summary() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.read_at IS NOT NULL OR (to_jsonb(NEW) - ARRAY['read_at', 'answer']) IS DISTINCT FROM (to_jsonb(OLD) - ARRAY['read_at', 'answer']) THEN
        RAISE EXCEPTION 'a summary stays as it was sent and answered' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION coaching_guard_check() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.settled_at IS NOT NULL OR OLD.state = 'LIFTED' THEN
        RAISE EXCEPTION 'an answered check stands' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

-- The inspector is none of both, and holds no position in their group.
CREATE FUNCTION coaching_guard_spot_check() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.done_at IS NOT NULL THEN
        RAISE EXCEPTION 'a spot check stands as it was done' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.inspector_id IS NOT NULL AND (
        EXISTS (SELECT FROM coaching_coachingplan WHERE id = NEW.plan_id AND NEW.inspector_id IN (person_id, coach_id))
        OR EXISTS (SELECT FROM org_position p WHERE p.person_id = NEW.inspector_id AND p.unit_id = NEW.unit_id
                   AND p.starts_on <= NEW.done_at::date AND (p.ends_on IS NULL OR p.ends_on >= NEW.done_at::date))
    ) THEN
        RAISE EXCEPTION 'an inspector is outside the line' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER plans_step BEFORE UPDATE ON coaching_coachingplan FOR EACH ROW EXECUTE FUNCTION coaching_guard_plan();
CREATE TRIGGER plans_stay BEFORE DELETE ON coaching_coachingplan FOR EACH ROW EXECUTE FUNCTION coaching_refuse_delete();
CREATE CONSTRAINT TRIGGER plans_have_their_point AFTER INSERT OR UPDATE ON coaching_coachingplan
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION coaching_plan_has_its_point();
CREATE TRIGGER plan_points_stand BEFORE UPDATE OR DELETE ON coaching_planpoint FOR EACH ROW EXECUTE FUNCTION coaching_guard_plan_point();
CREATE TRIGGER points_stand BEFORE UPDATE OR DELETE ON coaching_improvementpoint FOR EACH ROW EXECUTE FUNCTION coaching_guard_point();
CREATE TRIGGER talks_stand BEFORE UPDATE ON coaching_coachingvisit FOR EACH ROW EXECUTE FUNCTION coaching_guard_talk();
CREATE TRIGGER talks_stay BEFORE DELETE ON coaching_coachingvisit FOR EACH ROW EXECUTE FUNCTION coaching_refuse_delete();
CREATE TRIGGER ratings_fit BEFORE INSERT ON coaching_pointrating FOR EACH ROW EXECUTE FUNCTION coaching_rating_fits();
CREATE TRIGGER ratings_stay BEFORE UPDATE OR DELETE ON coaching_pointrating FOR EACH ROW EXECUTE FUNCTION coaching_refuse_change();
CREATE TRIGGER summaries_stand BEFORE UPDATE ON coaching_coachingsummary FOR EACH ROW EXECUTE FUNCTION coaching_guard_summary();
CREATE TRIGGER summaries_stay BEFORE DELETE ON coaching_coachingsummary FOR EACH ROW EXECUTE FUNCTION coaching_refuse_delete();
CREATE TRIGGER checks_stand BEFORE UPDATE ON coaching_applicationcheck FOR EACH ROW EXECUTE FUNCTION coaching_guard_check();
CREATE TRIGGER checks_stay BEFORE DELETE ON coaching_applicationcheck FOR EACH ROW EXECUTE FUNCTION coaching_refuse_delete();
CREATE TRIGGER point_deals_stay BEFORE UPDATE OR DELETE ON coaching_pointdeal FOR EACH ROW EXECUTE FUNCTION coaching_refuse_change();
CREATE TRIGGER praises_stay BEFORE UPDATE OR DELETE ON coaching_praise FOR EACH ROW EXECUTE FUNCTION coaching_refuse_change();
CREATE TRIGGER spot_checks_stand BEFORE UPDATE ON coaching_spotcheck FOR EACH ROW EXECUTE FUNCTION coaching_guard_spot_check();
CREATE TRIGGER spot_checks_stay BEFORE DELETE ON coaching_spotcheck FOR EACH ROW EXECUTE FUNCTION coaching_refuse_delete();
"""

DROP = """
DROP FUNCTION coaching_refuse_change, coaching_refuse_delete, coaching_guard_plan, coaching_plan_has_its_point,
    coaching_guard_plan_point, coaching_guard_point, coaching_guard_talk, coaching_rating_fits, coaching_guard_summary,
    coaching_guard_check, coaching_guard_spot_check CASCADE;
"""


class Migration(NewTablesMigration):

    initial = True

    dependencies = [
        ('customers', '0001_initial'),
        ('org', '0001_initial'),
        ('pipeline', '0002_triggers'),
        ('visits', '0002_locked_days'),
    ]

    operations = [
        migrations.CreateModel(
            name='CoachingPlan',
            fields=[
                ('id', models.UUIDField(default=tiejun.foundation.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('business_day', models.DateField()),
                ('purpose', models.CharField(choices=[('CONFIDENCE', 'CONFIDENCE'), ('SKILL', 'SKILL')], max_length=10)),
                ('subject', models.CharField(choices=[('NEW', 'NEW'), ('EXPERIENCED', 'EXPERIENCED')], max_length=11)),
                ('strengths', models.CharField(max_length=1000)),
                ('weaknesses', models.CharField(max_length=1000)),
                ('progress', models.JSONField(default=dict)),
                ('itinerary', models.CharField(blank=True, default='', max_length=500)),
                ('itinerary_confirmed_at', models.DateTimeField(null=True)),
                ('state', models.CharField(choices=[('DRAFTED', 'DRAFTED'), ('CONFIRMED', 'CONFIRMED'), ('IN_FIELD', 'IN_FIELD'), ('SUMMARISED', 'SUMMARISED'), ('CLOSED', 'CLOSED'), ('CANCELLED', 'CANCELLED')], default='DRAFTED', max_length=10)),
                ('planned_at', models.DateTimeField()),
                ('visible_from', models.DateTimeField(null=True)),
                ('revealed_at', models.DateTimeField(null=True)),
                ('cancelled_at', models.DateTimeField(null=True)),
                ('cancel_reason', models.CharField(blank=True, default='', max_length=300)),
                ('version', models.PositiveIntegerField(default=1)),
                ('coach', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.person')),
                ('person', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.person')),
                ('unit', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.unit')),
            ],
        ),
        migrations.CreateModel(
            name='CoachingSummary',
            fields=[
                ('id', models.UUIDField(default=tiejun.foundation.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('text', models.TextField()),
                ('next_step', models.CharField(blank=True, default='', max_length=500)),
                ('why_few', models.CharField(blank=True, default='', max_length=300)),
                ('sent_at', models.DateTimeField()),
                ('is_late', models.BooleanField()),
                ('read_at', models.DateTimeField(null=True)),
                ('answer', models.CharField(blank=True, default='', max_length=1000)),
                ('plan', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coaching.coachingplan')),
                ('written_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.person')),
            ],
        ),
        migrations.CreateModel(
            name='CoachingVisit',
            fields=[
                ('id', models.UUIDField(default=tiejun.foundation.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('phase', models.CharField(choices=[('I_DO', 'I_DO'), ('I_SAY', 'I_SAY'), ('YOU_DO', 'YOU_DO'), ('YOU_SAY', 'YOU_SAY')], max_length=7)),
                ('why_not_shown', models.CharField(blank=True, default='', max_length=300)),
                ('strength', models.CharField(max_length=500)),
                ('comment', models.CharField(blank=True, default='', max_length=1000)),
                ('encouraged', models.BooleanField()),
                ('given_at', models.DateTimeField()),
                ('kept_at', models.DateTimeField()),
                ('is_late', models.BooleanField(default=False)),
                ('company', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.company')),
                ('plan', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coaching.coachingplan')),
                ('visit', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='visits.visit')),
            ],
        ),
        migrations.CreateModel(
            name='ImprovementPoint',
            fields=[
                ('id', models.UUIDField(default=tiejun.foundation.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('skill', models.CharField(choices=[('PITCH', 'PITCH'), ('DEMO', 'DEMO'), ('CLOSE', 'CLOSE'), ('OBJECTION', 'OBJECTION'), ('KIT', 'KIT'), ('PROSPECTING', 'PROSPECTING'), ('FOLLOW_UP', 'FOLLOW_UP')], max_length=11)),
                ('title', models.CharField(max_length=120)),
                ('why', models.CharField(max_length=500)),
                ('done_when', models.CharField(blank=True, default='', max_length=500)),
                ('state', models.CharField(choices=[('OPEN', 'OPEN'), ('PRACTISING', 'PRACTISING'), ('MASTERED', 'MASTERED'), ('DROPPED', 'DROPPED')], default='OPEN', max_length=10)),
                ('used', models.PositiveSmallIntegerField(default=0)),
                ('opened_at', models.DateTimeField()),
                ('visible_from', models.DateTimeField(null=True)),
                ('first_coached_on', models.DateField(null=True)),
                ('closed_at', models.DateTimeField(null=True)),
                ('close_reason', models.CharField(blank=True, default='', max_length=300)),
                ('version', models.PositiveIntegerField(default=1)),
                ('opened_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.person')),
                ('person', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.person')),
                ('unit', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.unit')),
            ],
        ),
        migrations.CreateModel(
            name='ApplicationCheck',
            fields=[
                ('id', models.UUIDField(default=tiejun.foundation.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('due_on', models.DateField()),
                ('state', models.CharField(choices=[('DUE', 'DUE'), ('USED', 'USED'), ('NOT_USED', 'NOT_USED'), ('NO_CHANCE', 'NO_CHANCE'), ('MISSED', 'MISSED'), ('LIFTED', 'LIFTED')], default='DUE', max_length=9)),
                ('note', models.CharField(blank=True, default='', max_length=300)),
                ('settled_at', models.DateTimeField(null=True)),
                ('company', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.company')),
                ('person', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.person')),
                ('settled_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.person')),
                ('unit', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.unit')),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coaching.coachingplan')),
                ('point', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coaching.improvementpoint')),
            ],
        ),
        migrations.CreateModel(
            name='PlanPoint',
            fields=[
                ('id', models.UUIDField(default=tiejun.foundation.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('position', models.PositiveSmallIntegerField()),
                ('is_primary', models.BooleanField()),
                ('is_new', models.BooleanField()),
                ('plan', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='coaching.coachingplan')),
                ('point', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coaching.improvementpoint')),
            ],
        ),
        migrations.CreateModel(
            name='PointDeal',
            fields=[
                ('id', models.UUIDField(default=tiejun.foundation.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('note', models.CharField(blank=True, default='', max_length=300)),
                ('confirmed_at', models.DateTimeField()),
                ('confirmed_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.person')),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='pipeline.order')),
                ('person', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.person')),
                ('point', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coaching.improvementpoint')),
                ('unit', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.unit')),
            ],
        ),
        migrations.CreateModel(
            name='PointRating',
            fields=[
                ('id', models.UUIDField(default=tiejun.foundation.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('rating', models.PositiveSmallIntegerField(choices=[(0, 'NOT_SEEN'), (1, 'TRIED'), (2, 'DONE'), (3, 'DONE_WELL')])),
                ('point', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coaching.improvementpoint')),
                ('talk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coaching.coachingvisit')),
            ],
        ),
        migrations.CreateModel(
            name='Praise',
            fields=[
                ('id', models.UUIDField(default=tiejun.foundation.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('text', models.CharField(max_length=300)),
                ('given_at', models.DateTimeField()),
                ('given_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.person')),
                ('person', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.person')),
                ('point', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coaching.improvementpoint')),
                ('unit', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.unit')),
            ],
        ),
        migrations.CreateModel(
            name='SpotCheck',
            fields=[
                ('id', models.UUIDField(default=tiejun.foundation.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('side', models.CharField(choices=[('SUPERVISOR', 'SUPERVISOR'), ('REP', 'REP')], max_length=10)),
                ('drawn_at', models.DateTimeField()),
                ('answers', models.JSONField(default=dict)),
                ('facts', models.JSONField(default=dict)),
                ('asked', models.PositiveSmallIntegerField(default=0)),
                ('matched', models.PositiveSmallIntegerField(default=0)),
                ('feedback', models.CharField(blank=True, default='', max_length=1000)),
                ('done_at', models.DateTimeField(null=True)),
                ('inspector', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.person')),
                ('person', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.person')),
                ('plan', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coaching.coachingplan')),
                ('unit', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.unit')),
            ],
        ),
        migrations.AddIndex(
            model_name='coachingplan',
            index=models.Index(fields=['person', '-business_day'], name='plans_of_a_person'),
        ),
        migrations.AddIndex(
            model_name='coachingplan',
            index=models.Index(fields=['unit', '-business_day'], name='coaching_plans_of_a_unit'),
        ),
        migrations.AddIndex(
            model_name='coachingplan',
            index=models.Index(fields=['coach', 'business_day'], name='plans_of_a_coach'),
        ),
        migrations.AddConstraint(
            model_name='coachingplan',
            constraint=models.UniqueConstraint(condition=models.Q(('state', tiejun.coaching.rules.PlanState['CANCELLED']), _negated=True), fields=('coach', 'person', 'business_day'), name='one_plan_per_coach_person_and_day'),
        ),
        migrations.AddConstraint(
            model_name='coachingplan',
            constraint=models.CheckConstraint(condition=models.Q(('coach', models.F('person')), _negated=True), name='nobody_accompanies_themselves'),
        ),
        migrations.AddConstraint(
            model_name='coachingplan',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('revealed_at', None), ('state__in', ['DRAFTED', 'CONFIRMED']), ('visible_from', None)), models.Q(('revealed_at__isnull', False), ('state__in', ['IN_FIELD', 'SUMMARISED', 'CLOSED']), ('visible_from', models.F('revealed_at'))), models.Q(('revealed_at', None), ('state', 'CANCELLED'), ('visible_from__gt', models.F('cancelled_at'))), _connector='OR'), name='a_plan_is_sealed_until_it_begins'),
        ),
        migrations.AddConstraint(
            model_name='coachingplan',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('cancelled_at__isnull', False), ('state', tiejun.coaching.rules.PlanState['CANCELLED']), models.Q(('cancel_reason', ''), _negated=True)), models.Q(models.Q(('state', tiejun.coaching.rules.PlanState['CANCELLED']), _negated=True), ('cancel_reason', ''), ('cancelled_at', None)), _connector='OR'), name='cancelled_plans_have_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='coachingplan',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', tiejun.coaching.rules.PlanState['CONFIRMED']), _negated=True), ('itinerary_confirmed_at__isnull', False), _connector='OR'), name='confirmed_plans_have_their_time'),
        ),
        migrations.AddConstraint(
            model_name='coachingplan',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(models.Q(('planned_at__gte', datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('planned_at__lt', datetime.datetime(2100, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), ('planned_at__isnull', True), _connector='OR'), models.Q(models.Q(('itinerary_confirmed_at__gte', datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('itinerary_confirmed_at__lt', datetime.datetime(2100, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), ('itinerary_confirmed_at__isnull', True), _connector='OR'), models.Q(models.Q(('visible_from__gte', datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('visible_from__lt', datetime.datetime(2100, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), ('visible_from__isnull', True), _connector='OR'), models.Q(models.Q(('revealed_at__gte', datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('revealed_at__lt', datetime.datetime(2100, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), ('revealed_at__isnull', True), _connector='OR'), models.Q(models.Q(('cancelled_at__gte', datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('cancelled_at__lt', datetime.datetime(2100, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), ('cancelled_at__isnull', True), _connector='OR')), name='coaching_plan_times_are_sane'),
        ),
        migrations.AddConstraint(
            model_name='coachingsummary',
            constraint=models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='a_summary_says_something'),
        ),
        migrations.AddConstraint(
            model_name='coachingsummary',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(models.Q(('sent_at__gte', datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('sent_at__lt', datetime.datetime(2100, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), ('sent_at__isnull', True), _connector='OR'), models.Q(models.Q(('read_at__gte', datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('read_at__lt', datetime.datetime(2100, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), ('read_at__isnull', True), _connector='OR')), name='summary_times_are_sane'),
        ),
        migrations.AddIndex(
            model_name='coachingvisit',
            index=models.Index(fields=['plan', 'given_at'], name='talks_of_a_plan'),
        ),
        migrations.AddConstraint(
            model_name='coachingvisit',
            constraint=models.CheckConstraint(condition=models.Q(('strength', ''), _negated=True), name='affirmation_comes_first'),
        ),
        migrations.AddConstraint(
            model_name='coachingvisit',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(models.Q(('given_at__gte', datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('given_at__lt', datetime.datetime(2100, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), ('given_at__isnull', True), _connector='OR'), models.Q(models.Q(('kept_at__gte', datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('kept_at__lt', datetime.datetime(2100, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), ('kept_at__isnull', True), _connector='OR')), name='talk_times_are_sane'),
        ),
        migrations.AddIndex(
            model_name='improvementpoint',
            index=models.Index(fields=['person', 'state', '-opened_at'], name='points_of_a_person'),
        ),
        migrations.AddIndex(
            model_name='improvementpoint',
            index=models.Index(fields=['unit', 'state'], name='points_of_a_unit'),
        ),
        migrations.AddConstraint(
            model_name='improvementpoint',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('title', ''), _negated=True), models.Q(('why', ''), _negated=True)), name='a_point_has_its_reason'),
        ),
        migrations.AddConstraint(
            model_name='improvementpoint',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_at', None), ('state__in', ['OPEN', 'PRACTISING'])), models.Q(('closed_at__isnull', False), ('state__in', ['MASTERED', 'DROPPED'])), _connector='OR'), name='closed_points_have_their_time'),
        ),
        migrations.AddConstraint(
            model_name='improvementpoint',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', tiejun.coaching.rules.PointState['DROPPED']), _negated=True), models.Q(('close_reason', ''), _negated=True), _connector='OR'), name='dropped_points_have_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='improvementpoint',
            constraint=models.CheckConstraint(condition=models.Q(('opened_by', models.F('person')), _negated=True), name='nobody_sets_their_own_point'),
        ),
        migrations.AddConstraint(
            model_name='improvementpoint',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(models.Q(('opened_at__gte', datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('opened_at__lt', datetime.datetime(2100, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), ('opened_at__isnull', True), _connector='OR'), models.Q(models.Q(('visible_from__gte', datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('visible_from__lt', datetime.datetime(2100, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), ('visible_from__isnull', True), _connector='OR'), models.Q(models.Q(('closed_at__gte', datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('closed_at__lt', datetime.datetime(2100, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), ('closed_at__isnull', True), _connector='OR')), name='point_times_are_sane'),
        ),
        migrations.AddIndex(
            model_name='applicationcheck',
            index=models.Index(fields=['unit', 'state', 'due_on'], name='checks_of_a_unit'),
        ),
        migrations.AddIndex(
            model_name='applicationcheck',
            index=models.Index(fields=['person', '-due_on'], name='checks_of_a_person'),
        ),
        migrations.AddConstraint(
            model_name='applicationcheck',
            constraint=models.UniqueConstraint(fields=('point', 'due_on'), name='one_check_per_point_and_day'),
        ),
        migrations.AddConstraint(
            model_name='applicationcheck',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('settled_at__isnull', False), ('settled_by__isnull', False), ('state__in', ['USED', 'NOT_USED', 'NO_CHANCE'])), models.Q(('settled_by', None), ('state__in', ['DUE', 'MISSED', 'LIFTED'])), _connector='OR'), name='answered_checks_say_by_whom'),
        ),
        migrations.AddConstraint(
            model_name='applicationcheck',
            constraint=models.CheckConstraint(condition=models.Q(('settled_by', None), models.Q(('settled_by', models.F('person')), _negated=True), _connector='OR'), name='nobody_checks_their_own_point'),
        ),
        migrations.AddConstraint(
            model_name='applicationcheck',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('settled_at__gte', datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('settled_at__lt', datetime.datetime(2100, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), ('settled_at__isnull', True), _connector='OR'), name='application_check_times_are_sane'),
        ),
        migrations.AddConstraint(
            model_name='planpoint',
            constraint=models.UniqueConstraint(fields=('plan', 'position'), name='one_point_per_place_of_a_plan'),
        ),
        migrations.AddConstraint(
            model_name='planpoint',
            constraint=models.UniqueConstraint(fields=('plan', 'point'), name='a_point_stands_once_in_a_plan'),
        ),
        migrations.AddConstraint(
            model_name='planpoint',
            constraint=models.CheckConstraint(condition=models.Q(('position__gte', 1), ('position__lte', 3)), name='at_most_three_points'),
        ),
        migrations.AddConstraint(
            model_name='planpoint',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('is_primary', True), ('position', 1)), models.Q(('is_primary', False), ('position__gt', 1)), _connector='OR'), name='exactly_one_point_is_primary'),
        ),
        migrations.AddIndex(
            model_name='pointdeal',
            index=models.Index(fields=['person', '-confirmed_at'], name='point_deals_of_a_person'),
        ),
        migrations.AddConstraint(
            model_name='pointdeal',
            constraint=models.UniqueConstraint(fields=('point', 'order'), name='a_deal_is_linked_once_to_a_point'),
        ),
        migrations.AddConstraint(
            model_name='pointdeal',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('confirmed_at__gte', datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('confirmed_at__lt', datetime.datetime(2100, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), ('confirmed_at__isnull', True), _connector='OR'), name='deal_times_are_sane'),
        ),
        migrations.AddConstraint(
            model_name='pointrating',
            constraint=models.UniqueConstraint(fields=('talk', 'point'), name='a_point_is_rated_once_per_visit'),
        ),
        migrations.AddConstraint(
            model_name='pointrating',
            constraint=models.CheckConstraint(condition=models.Q(('rating__lte', 3)), name='ratings_are_of_the_scale'),
        ),
        migrations.AddIndex(
            model_name='praise',
            index=models.Index(fields=['unit', '-given_at'], name='praises_of_a_unit'),
        ),
        migrations.AddConstraint(
            model_name='praise',
            constraint=models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='praise_says_what_for'),
        ),
        migrations.AddConstraint(
            model_name='praise',
            constraint=models.CheckConstraint(condition=models.Q(('given_by', models.F('person')), _negated=True), name='nobody_praises_themselves'),
        ),
        migrations.AddConstraint(
            model_name='praise',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('given_at__gte', datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('given_at__lt', datetime.datetime(2100, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), ('given_at__isnull', True), _connector='OR'), name='praise_times_are_sane'),
        ),
        migrations.AddIndex(
            model_name='spotcheck',
            index=models.Index(fields=['-drawn_at', '-id'], name='spot_checks_newest_first'),
        ),
        migrations.AddIndex(
            model_name='spotcheck',
            index=models.Index(fields=['unit', '-drawn_at'], name='spot_checks_of_a_unit'),
        ),
        migrations.AddConstraint(
            model_name='spotcheck',
            constraint=models.UniqueConstraint(fields=('plan', 'side'), name='each_side_is_asked_once'),
        ),
        migrations.AddConstraint(
            model_name='spotcheck',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('done_at', None), ('inspector', None)), models.Q(('done_at__isnull', False), ('inspector__isnull', False)), _connector='OR'), name='done_spot_checks_have_an_inspector'),
        ),
        migrations.AddConstraint(
            model_name='spotcheck',
            constraint=models.CheckConstraint(condition=models.Q(('matched__lte', models.F('asked'))), name='no_more_matches_than_questions'),
        ),
        migrations.AddConstraint(
            model_name='spotcheck',
            constraint=models.CheckConstraint(condition=models.Q(('inspector', None), models.Q(('inspector', models.F('person')), _negated=True), _connector='OR'), name='nobody_spot_checks_themselves'),
        ),
        migrations.AddConstraint(
            model_name='spotcheck',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(models.Q(('drawn_at__gte', datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('drawn_at__lt', datetime.datetime(2100, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), ('drawn_at__isnull', True), _connector='OR'), models.Q(models.Q(('done_at__gte', datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('done_at__lt', datetime.datetime(2100, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), ('done_at__isnull', True), _connector='OR')), name='spot_check_times_are_sane'),
        ),
        migrations.RunSQL(TRIGGERS, DROP),
    ]
