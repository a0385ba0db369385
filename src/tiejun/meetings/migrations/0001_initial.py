import datetime
import django.contrib.postgres.fields
import django.db.models.deletion
import tiejun.foundation.ids
import tiejun.meetings.rules
import tiejun.meetings.rules.talks
from django.db import migrations, models
from tiejun.foundation.new_tables import NewTablesMigration

FUNCTIONS = """
-- The minutes of a locked day stand: the meeting itself, and everything that was written down in it.
CREATE FUNCTION meetings_watch_meeting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'meetings stay' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.state = 'LOCKED' THEN
        RAISE EXCEPTION 'locked minutes cannot change' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER watch_meeting BEFORE UPDATE OR DELETE ON meetings_meeting
    FOR EACH ROW EXECUTE FUNCTION meetings_watch_meeting();

CREATE FUNCTION meetings_watch_minutes() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    place uuid;
BEGIN
    IF TG_OP = 'DELETE' THEN
        place := OLD.meeting_id;
    ELSE
        place := NEW.meeting_id;
    END IF;
    IF EXISTS (SELECT FROM meetings_meeting WHERE id = place AND state = 'LOCKED') THEN
        RAISE EXCEPTION 'locked minutes cannot change' USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER watch_minutes BEFORE INSERT OR UPDATE OR DELETE ON meetings_agendaitem
    FOR EACH ROW EXECUTE FUNCTION meetings_watch_minutes();
CREATE TRIGGER watch_minutes BEFORE INSERT OR UPDATE OR DELETE ON meetings_attendance
    FOR EACH ROW EXECUTE FUNCTION meetings_watch_minutes();
CREATE TRIGGER watch_minutes BEFORE INSERT OR UPDATE OR DELETE ON meetings_sharenote
    FOR EACH ROW EXECUTE FUNCTION meetings_watch_minutes();
CREATE TRIGGER watch_minutes BEFORE INSERT OR UPDATE OR DELETE ON meetings_drill
    FOR EACH ROW EXECUTE FUNCTION meetings_watch_minutes();
CREATE TRIGGER watch_minutes BEFORE INSERT OR UPDATE OR DELETE ON meetings_decision
    FOR EACH ROW EXECUTE FUNCTION meetings_watch_minutes();

-- Scores are blind: nobody scores themselves, and nobody changes a figure once the round can be seen.
CREATE FUNCTION meetings_watch_score() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    played record;
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'scores stay' USING ERRCODE = 'restrict_violation';
    END IF;
    SELECT player_id, round, revealed, state INTO played FROM meetings_drill WHERE id = NEW.drill_id;
    IF played.player_id = NEW.scorer_id THEN
        RAISE EXCEPTION 'nobody scores themselves' USING ERRCODE = 'check_violation';
    END IF;
    IF played.state <> 'PLAYING' OR NEW.round <> played.round OR NEW.round <= played.revealed THEN
        RAISE EXCEPTION 'this round cannot be scored' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER watch_score BEFORE INSERT OR UPDATE OR DELETE ON meetings_drillscore
    FOR EACH ROW EXECUTE FUNCTION meetings_watch_score();

-- An action that has ended stays as it ended.
CREATE FUNCTION meetings_watch_action() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.state <> 'OPEN' THEN
        RAISE EXCEPTION 'actions stay as they ended' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER watch_action BEFORE UPDATE OR DELETE ON meetings_actionitem
    FOR EACH ROW EXECUTE FUNCTION meetings_watch_action();
"""


class Migration(NewTablesMigration):

    initial = True

    dependencies = [
        ('org', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Meeting',
            fields=[
                ('id', models.UUIDField(default=tiejun.foundation.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('BRIEFING', 'BRIEFING'), ('EVENING', 'EVENING')], max_length=10)),
                ('business_day', models.DateField()),
                ('state', models.CharField(choices=[('SCHEDULED', 'SCHEDULED'), ('OPEN', 'OPEN'), ('CLOSED', 'CLOSED'), ('LOCKED', 'LOCKED')], default=tiejun.meetings.rules.MeetingState['SCHEDULED'], max_length=10)),
                ('planned_at', models.DateTimeField()),
                ('minutes', models.PositiveSmallIntegerField()),
                ('opened_at', models.DateTimeField(null=True)),
                ('closed_at', models.DateTimeField(null=True)),
                ('missing', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('NOT_HELD', 'NOT_HELD'), ('SHARES', 'SHARES'), ('DRILL', 'DRILL'), ('OUTCOME', 'OUTCOME'), ('AGENDA', 'AGENDA')], max_length=10), default=list, size=None)),
                ('reason', models.CharField(blank=True, default='', max_length=300)),
                ('version', models.PositiveIntegerField(default=1)),
                ('closed_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.person')),
                ('led_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.person')),
                ('unit', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.unit')),
            ],
        ),
        migrations.CreateModel(
            name='Drill',
            fields=[
                ('id', models.UUIDField(default=tiejun.foundation.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('position', models.PositiveSmallIntegerField()),
                ('subject', models.CharField(choices=[('PRICE', 'PRICE'), ('COMPETITOR', 'COMPETITOR'), ('NO_BUDGET', 'NO_BUDGET'), ('NO_NEED', 'NO_NEED'), ('NO_DECISION', 'NO_DECISION'), ('PRODUCT_GAP', 'PRODUCT_GAP'), ('TIMING', 'TIMING'), ('PITCH', 'PITCH'), ('DEMO', 'DEMO'), ('CLOSE', 'CLOSE')], max_length=12)),
                ('count', models.PositiveSmallIntegerField(default=0)),
                ('of', models.PositiveSmallIntegerField(default=0)),
                ('state', models.CharField(choices=[('PROPOSED', 'PROPOSED'), ('PLAYING', 'PLAYING'), ('REVEALED', 'REVEALED'), ('SKIPPED', 'SKIPPED')], default=tiejun.meetings.rules.DrillState['PROPOSED'], max_length=8)),
                ('flow', models.CharField(blank=True, choices=[('EXPERIENCED', 'EXPERIENCED'), ('NEW', 'NEW'), ('PITCH', 'PITCH'), ('DEMO', 'DEMO'), ('CLOSE', 'CLOSE')], default='', max_length=11)),
                ('round', models.PositiveSmallIntegerField(default=0)),
                ('revealed', models.PositiveSmallIntegerField(default=0)),
                ('reason', models.CharField(blank=True, default='', max_length=300)),
                ('customer', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.person')),
                ('player', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.person')),
                ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='meetings.meeting')),
            ],
        ),
        migrations.CreateModel(
            name='Decision',
            fields=[
                ('id', models.UUIDField(default=tiejun.foundation.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('words', models.CharField(max_length=500)),
                ('made_at', models.DateTimeField()),
                ('made_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.person')),
                ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='meetings.meeting')),
            ],
        ),
        migrations.CreateModel(
            name='Attendance',
            fields=[
                ('id', models.UUIDField(default=tiejun.foundation.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('group', models.PositiveSmallIntegerField()),
                ('turn', models.PositiveSmallIntegerField()),
                ('presence', models.CharField(choices=[('PRESENT', 'PRESENT'), ('REMOTE', 'REMOTE'), ('EXCUSED', 'EXCUSED'), ('ABSENT', 'ABSENT')], default=tiejun.meetings.rules.Presence['PRESENT'], max_length=7)),
                ('person', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.person')),
                ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='meetings.meeting')),
            ],
        ),
        migrations.CreateModel(
            name='AgendaItem',
            fields=[
                ('id', models.UUIDField(default=tiejun.foundation.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('key', models.CharField(max_length=80)),
                ('position', models.PositiveSmallIntegerField()),
                ('origin', models.CharField(choices=[('MACHINE', 'MACHINE'), ('MODULE', 'MODULE'), ('PERSON', 'PERSON')], max_length=7)),
                ('code', models.CharField(blank=True, default='', max_length=60)),
                ('facts', models.JSONField(default=dict)),
                ('words', models.CharField(blank=True, default='', max_length=300)),
                ('state', models.CharField(choices=[('OPEN', 'OPEN'), ('DONE', 'DONE'), ('CARRIED', 'CARRIED')], default=tiejun.meetings.rules.ItemState['OPEN'], max_length=7)),
                ('about', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.person')),
                ('added_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.person')),
                ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='meetings.meeting')),
            ],
        ),
        migrations.CreateModel(
            name='ActionItem',
            fields=[
                ('id', models.UUIDField(default=tiejun.foundation.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('words', models.CharField(max_length=300)),
                ('due_on', models.DateField()),
                ('state', models.CharField(choices=[('OPEN', 'OPEN'), ('DONE', 'DONE'), ('DROPPED', 'DROPPED')], default=tiejun.meetings.rules.ActionState['OPEN'], max_length=7)),
                ('made_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('reason', models.CharField(blank=True, default='', max_length=300)),
                ('version', models.PositiveIntegerField(default=1)),
                ('ended_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.person')),
                ('made_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.person')),
                ('owner', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.person')),
                ('unit', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.unit')),
                ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='meetings.meeting')),
            ],
        ),
        migrations.CreateModel(
            name='MonthlySharing',
            fields=[
                ('id', models.UUIDField(default=tiejun.foundation.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('month', models.DateField()),
                ('facts', models.JSONField(default=dict)),
                ('notes', models.TextField()),
                ('problems', models.TextField(blank=True, default='')),
                ('held_at', models.DateTimeField()),
                ('held_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.person')),
                ('speaker', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.person')),
                ('unit', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.unit')),
            ],
        ),
        migrations.CreateModel(
            name='ContentDraft',
            fields=[
                ('id', models.UUIDField(default=tiejun.foundation.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('PITCH', 'PITCH'), ('DEMO', 'DEMO'), ('OBJECTION', 'OBJECTION'), ('CASE', 'CASE')], max_length=9)),
                ('title', models.CharField(max_length=120)),
                ('text', models.TextField()),
                ('state', models.CharField(choices=[('DRAFT', 'DRAFT'), ('WITHDRAWN', 'WITHDRAWN')], default=tiejun.meetings.rules.talks.DraftState['DRAFT'], max_length=9)),
                ('made_at', models.DateTimeField()),
                ('author', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.person')),
                ('made_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.person')),
                ('unit', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.unit')),
                ('sharing', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='meetings.monthlysharing')),
            ],
        ),
        migrations.CreateModel(
            name='OneToOne',
            fields=[
                ('id', models.UUIDField(default=tiejun.foundation.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('WEEKLY', 'WEEKLY'), ('COACHING', 'COACHING')], max_length=8)),
                ('week', models.DateField()),
                ('facts', models.JSONField(default=dict)),
                ('found', models.TextField()),
                ('agreed', models.TextField()),
                ('plan_id', models.UUIDField(null=True)),
                ('plan_version', models.PositiveIntegerField(null=True)),
                ('held_at', models.DateTimeField()),
                ('version', models.PositiveIntegerField(default=1)),
                ('held_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.person')),
                ('person', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.person')),
                ('unit', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.unit')),
            ],
        ),
        migrations.CreateModel(
            name='ShareNote',
            fields=[
                ('id', models.UUIDField(default=tiejun.foundation.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('GAIN', 'GAIN'), ('LOSS', 'LOSS'), ('CHALLENGE', 'CHALLENGE')], max_length=9)),
                ('words', models.CharField(max_length=500)),
                ('written_at', models.DateTimeField()),
                ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='meetings.meeting')),
                ('person', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.person')),
                ('written_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.person')),
            ],
        ),
        migrations.CreateModel(
            name='WallScreen',
            fields=[
                ('id', models.UUIDField(default=tiejun.foundation.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=60)),
                ('made_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField()),
                ('closed_at', models.DateTimeField(null=True)),
                ('made_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.person')),
                ('unit', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.unit')),
            ],
        ),
        migrations.CreateModel(
            name='DrillScore',
            fields=[
                ('id', models.UUIDField(default=tiejun.foundation.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('round', models.PositiveSmallIntegerField()),
                ('points', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), size=4)),
                ('scored_at', models.DateTimeField()),
                ('drill', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='meetings.drill')),
                ('scorer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.person')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('drill', 'round', 'scorer'), name='one_score_per_peer_and_round'), models.CheckConstraint(condition=models.Q(('points__contained_by', [1, 2, 3, 4, 5]), ('points__len', 4)), name='scores_are_one_to_five'), models.CheckConstraint(condition=models.Q(models.Q(('scored_at__gte', datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('scored_at__lt', datetime.datetime(2100, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), ('scored_at__isnull', True), _connector='OR'), name='drill_score_times_are_sane')],
            },
        ),
        migrations.AddIndex(
            model_name='meeting',
            index=models.Index(fields=['unit', '-business_day'], name='meetings_of_a_unit'),
        ),
        migrations.AddConstraint(
            model_name='meeting',
            constraint=models.UniqueConstraint(fields=('unit', 'kind', 'business_day'), name='one_meeting_of_a_kind_and_day'),
        ),
        migrations.AddConstraint(
            model_name='meeting',
            constraint=models.CheckConstraint(condition=models.Q(('minutes__gte', 5), ('minutes__lte', 120)), name='meetings_have_a_time_box'),
        ),
        migrations.AddConstraint(
            model_name='meeting',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_at', None), ('opened_at', None), ('state', 'SCHEDULED')), models.Q(('closed_at', None), ('led_by__isnull', False), ('opened_at__isnull', False), ('state', 'OPEN')), models.Q(('closed_at__isnull', False), ('state__in', ['CLOSED', 'LOCKED'])), _connector='OR'), name='meetings_have_the_times_of_their_state'),
        ),
        migrations.AddConstraint(
            model_name='meeting',
            constraint=models.CheckConstraint(condition=models.Q(('opened_at', None), ('closed_at', None), ('closed_at__gte', models.F('opened_at')), _connector='OR'), name='meetings_end_after_they_begin'),
        ),
        migrations.AddConstraint(
            model_name='meeting',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(models.Q(('planned_at__gte', datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('planned_at__lt', datetime.datetime(2100, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), ('planned_at__isnull', True), _connector='OR'), models.Q(models.Q(('opened_at__gte', datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('opened_at__lt', datetime.datetime(2100, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), ('opened_at__isnull', True), _connector='OR'), models.Q(models.Q(('closed_at__gte', datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('closed_at__lt', datetime.datetime(2100, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), ('closed_at__isnull', True), _connector='OR')), name='meeting_times_are_sane'),
        ),
        migrations.AddConstraint(
            model_name='drill',
            constraint=models.UniqueConstraint(fields=('meeting', 'subject'), name='a_subject_is_drilled_once_a_meeting'),
        ),
        migrations.AddConstraint(
            model_name='drill',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'PLAYING')), fields=('meeting',), name='one_drill_at_a_time'),
        ),
        migrations.AddConstraint(
            model_name='drill',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['PROPOSED', 'SKIPPED']), models.Q(('customer__isnull', False), ('player__isnull', False), models.Q(('player', models.F('customer')), _negated=True), models.Q(('flow', ''), _negated=True)), _connector='OR'), name='a_drill_is_played_by_two'),
        ),
        migrations.AddConstraint(
            model_name='drill',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'SKIPPED'), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='skipped_drills_have_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='drill',
            constraint=models.CheckConstraint(condition=models.Q(('revealed__lte', models.F('round')), ('round__lte', 2)), name='rounds_are_revealed_in_order'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(('words', ''), _negated=True), name='decisions_say_something'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('made_at__gte', datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('made_at__lt', datetime.datetime(2100, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), ('made_at__isnull', True), _connector='OR'), name='decision_times_are_sane'),
        ),
        migrations.AddConstraint(
            model_name='attendance',
            constraint=models.UniqueConstraint(fields=('meeting', 'person'), name='one_place_per_person_and_meeting'),
        ),
        migrations.AddConstraint(
            model_name='agendaitem',
            constraint=models.UniqueConstraint(fields=('meeting', 'key'), name='one_agenda_item_per_key'),
        ),
        migrations.AddConstraint(
            model_name='agendaitem',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('code', ''), _negated=True), models.Q(('words', ''), _negated=True), _connector='OR'), name='agenda_items_say_something'),
        ),
        migrations.AddIndex(
            model_name='actionitem',
            index=models.Index(condition=models.Q(('state', 'OPEN')), fields=['unit', 'due_on'], name='open_actions_of_a_unit'),
        ),
        migrations.AddIndex(
            model_name='actionitem',
            index=models.Index(condition=models.Q(('state', 'OPEN')), fields=['owner', 'due_on'], name='open_actions_of_a_person'),
        ),
        migrations.AddConstraint(
            model_name='actionitem',
            constraint=models.CheckConstraint(condition=models.Q(('words', ''), _negated=True), name='actions_say_something'),
        ),
        migrations.AddConstraint(
            model_name='actionitem',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('ended_by', None), ('state', 'OPEN')), models.Q(('ended_at__gte', models.F('made_at')), ('ended_by__isnull', False), ('state__in', ['DONE', 'DROPPED'])), _connector='OR'), name='ended_actions_say_when_and_by_whom'),
        ),
        migrations.AddConstraint(
            model_name='actionitem',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'DROPPED'), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='dropped_actions_have_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='actionitem',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(models.Q(('made_at__gte', datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('made_at__lt', datetime.datetime(2100, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), ('made_at__isnull', True), _connector='OR'), models.Q(models.Q(('ended_at__gte', datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('ended_at__lt', datetime.datetime(2100, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), ('ended_at__isnull', True), _connector='OR')), name='action_times_are_sane'),
        ),
        migrations.AddConstraint(
            model_name='monthlysharing',
            constraint=models.UniqueConstraint(fields=('unit', 'month'), name='one_sharing_per_unit_and_month'),
        ),
        migrations.AddConstraint(
            model_name='monthlysharing',
            constraint=models.CheckConstraint(condition=models.Q(('month__day', 1)), name='sharings_are_for_whole_months'),
        ),
        migrations.AddConstraint(
            model_name='monthlysharing',
            constraint=models.CheckConstraint(condition=models.Q(('notes', ''), _negated=True), name='sharings_have_notes'),
        ),
        migrations.AddConstraint(
            model_name='monthlysharing',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('held_at__gte', datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('held_at__lt', datetime.datetime(2100, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), ('held_at__isnull', True), _connector='OR'), name='sharing_times_are_sane'),
        ),
        migrations.AddIndex(
            model_name='contentdraft',
            index=models.Index(fields=['unit', '-made_at'], name='content_drafts_of_a_unit'),
        ),
        migrations.AddConstraint(
            model_name='contentdraft',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('title', ''), _negated=True), models.Q(('text', ''), _negated=True)), name='content_drafts_say_something'),
        ),
        migrations.AddConstraint(
            model_name='contentdraft',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('made_at__gte', datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('made_at__lt', datetime.datetime(2100, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), ('made_at__isnull', True), _connector='OR'), name='content_draft_times_are_sane'),
        ),
        migrations.AddIndex(
            model_name='onetoone',
            index=models.Index(fields=['unit', 'week'], name='talks_of_a_unit'),
        ),
        migrations.AddConstraint(
            model_name='onetoone',
            constraint=models.UniqueConstraint(fields=('kind', 'person', 'week'), name='one_talk_of_a_kind_per_person_and_week'),
        ),
        migrations.AddConstraint(
            model_name='onetoone',
            constraint=models.CheckConstraint(condition=models.Q(('week__iso_week_day', 1)), name='talk_weeks_begin_on_monday'),
        ),
        migrations.AddConstraint(
            model_name='onetoone',
            constraint=models.CheckConstraint(condition=models.Q(('held_by', models.F('person')), _negated=True), name='a_talk_is_between_two'),
        ),
        migrations.AddConstraint(
            model_name='onetoone',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('found', ''), _negated=True), models.Q(('agreed', ''), _negated=True)), name='talks_find_and_agree_something'),
        ),
        migrations.AddConstraint(
            model_name='onetoone',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('plan_id', None), ('plan_version', None)), models.Q(('plan_id__isnull', False), ('plan_version__isnull', False)), _connector='OR'), name='a_plan_is_named_with_its_version'),
        ),
        migrations.AddConstraint(
            model_name='onetoone',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('held_at__gte', datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('held_at__lt', datetime.datetime(2100, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), ('held_at__isnull', True), _connector='OR'), name='one_to_one_times_are_sane'),
        ),
        migrations.AddConstraint(
            model_name='sharenote',
            constraint=models.UniqueConstraint(fields=('meeting', 'person', 'kind'), name='one_share_of_a_kind_per_person'),
        ),
        migrations.AddConstraint(
            model_name='sharenote',
            constraint=models.CheckConstraint(condition=models.Q(('words', ''), _negated=True), name='shares_say_something'),
        ),
        migrations.AddConstraint(
            model_name='sharenote',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('written_at__gte', datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('written_at__lt', datetime.datetime(2100, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), ('written_at__isnull', True), _connector='OR'), name='share_times_are_sane'),
        ),
        migrations.AddIndex(
            model_name='wallscreen',
            index=models.Index(fields=['unit', '-made_at'], name='screens_of_a_unit'),
        ),
        migrations.AddConstraint(
            model_name='wallscreen',
            constraint=models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='screens_have_a_name'),
        ),
        migrations.AddConstraint(
            model_name='wallscreen',
            constraint=models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('made_at'))), name='screens_end_after_they_begin'),
        ),
        migrations.AddConstraint(
            model_name='wallscreen',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(models.Q(('made_at__gte', datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('made_at__lt', datetime.datetime(2100, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), ('made_at__isnull', True), _connector='OR'), models.Q(models.Q(('ends_at__gte', datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('ends_at__lt', datetime.datetime(2100, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), ('ends_at__isnull', True), _connector='OR'), models.Q(models.Q(('closed_at__gte', datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('closed_at__lt', datetime.datetime(2100, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), ('closed_at__isnull', True), _connector='OR')), name='screen_times_are_sane'),
        ),
        migrations.RunSQL(FUNCTIONS, migrations.RunSQL.noop),
    ]
