import datetime
import django.db.models.deletion
import django.db.models.expressions
import tiejun.foundation.ids
from django.db import migrations, models
from tiejun.foundation.new_tables import NewTablesMigration


TRIGGERS = """
CREATE FUNCTION talent_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is a ledger: rows are added, never changed', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

-- At the end of the transaction what the line says rests on something.
CREATE FUNCTION talent_rating_has_evidence() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.source = 'LEADER' AND NOT EXISTS (SELECT FROM talent_ratingevidence WHERE rating_id = NEW.id) THEN
        RAISE EXCEPTION 'a level rests on evidence' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER ratings_stand BEFORE UPDATE OR DELETE ON talent_skillrating
    FOR EACH ROW EXECUTE FUNCTION talent_refuse_change();
CREATE TRIGGER evidence_stands BEFORE UPDATE OR DELETE ON talent_ratingevidence
    FOR EACH ROW EXECUTE FUNCTION talent_refuse_change();
CREATE CONSTRAINT TRIGGER levels_rest_on_evidence AFTER INSERT ON talent_skillrating
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION talent_rating_has_evidence();
"""
DROP = """
DROP TRIGGER ratings_stand ON talent_skillrating;
DROP TRIGGER evidence_stands ON talent_ratingevidence;
DROP TRIGGER levels_rest_on_evidence ON talent_skillrating;
DROP FUNCTION talent_refuse_change();
DROP FUNCTION talent_rating_has_evidence();
"""


class Migration(NewTablesMigration):

    initial = True

    dependencies = [
        ('coaching', '0001_initial'),
        ('meetings', '0001_initial'),
        ('org', '0001_initial'),
        ('pipeline', '0002_triggers'),
        ('visits', '0002_locked_days'),
    ]

    operations = [
        migrations.CreateModel(
            name='SkillMap',
            fields=[
                ('id', models.UUIDField(default=tiejun.foundation.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('version', models.PositiveIntegerField(default=0)),
                ('person', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.person')),
            ],
        ),
        migrations.CreateModel(
            name='SkillRating',
            fields=[
                ('id', models.UUIDField(default=tiejun.foundation.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('skill', models.CharField(choices=[('OPTIMISM', 'OPTIMISM'), ('RESPONSIBILITY', 'RESPONSIBILITY'), ('AMBITION', 'AMBITION'), ('EXECUTION', 'EXECUTION'), ('LEARNING', 'LEARNING'), ('COMMUNICATION', 'COMMUNICATION'), ('PITCH', 'PITCH'), ('DEMO', 'DEMO'), ('CLOSE', 'CLOSE'), ('OBJECTION', 'OBJECTION'), ('KIT', 'KIT'), ('PROSPECTING', 'PROSPECTING')], max_length=14)),
                ('source', models.CharField(choices=[('LEADER', 'LEADER'), ('SELF', 'SELF')], max_length=6)),
                ('was', models.PositiveSmallIntegerField(choices=[(0, 'NONE'), (1, 'A'), (2, 'B'), (3, 'C')])),
                ('level', models.PositiveSmallIntegerField(choices=[(0, 'NONE'), (1, 'A'), (2, 'B'), (3, 'C')])),
                ('words', models.CharField(max_length=500)),
                ('rated_on', models.DateField()),
                ('rated_at', models.DateTimeField()),
                ('map', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='talent.skillmap')),
                ('person', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.person')),
                ('rated_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.person')),
                ('unit', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.unit')),
            ],
        ),
        migrations.CreateModel(
            name='RatingEvidence',
            fields=[
                ('id', models.UUIDField(default=tiejun.foundation.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('COACHING', 'COACHING'), ('DRILL', 'DRILL'), ('VISIT', 'VISIT'), ('DEAL', 'DEAL')], max_length=8)),
                ('seen_on', models.DateField()),
                ('drill', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='meetings.drill')),
                ('order', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='pipeline.order')),
                ('plan', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coaching.coachingplan')),
                ('visit', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='visits.visit')),
                ('rating', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='talent.skillrating')),
            ],
        ),
        migrations.AddIndex(
            model_name='skillrating',
            index=models.Index(fields=['person', 'source', 'skill', '-rated_at', '-id'], name='ratings_of_a_person'),
        ),
        migrations.AddConstraint(
            model_name='skillrating',
            constraint=models.CheckConstraint(condition=models.Q(('level__lte', 3), ('was__lte', 3)), name='levels_are_of_the_scale'),
        ),
        migrations.AddConstraint(
            model_name='skillrating',
            constraint=models.CheckConstraint(condition=models.Q(('source', 'SELF'), ('level__lte', django.db.models.expressions.CombinedExpression(models.F('was'), '+', models.Value(1))), _connector='OR'), name='levels_are_climbed_one_by_one'),
        ),
        migrations.AddConstraint(
            model_name='skillrating',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('rated_by', models.F('person')), ('source', 'SELF')), models.Q(('source', 'LEADER'), models.Q(('rated_by', models.F('person')), _negated=True)), _connector='OR'), name='only_the_own_voice_speaks_of_oneself'),
        ),
        migrations.AddConstraint(
            model_name='skillrating',
            constraint=models.CheckConstraint(condition=models.Q(('words', ''), _negated=True), name='ratings_say_what_was_seen'),
        ),
        migrations.AddConstraint(
            model_name='skillrating',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('rated_at__gte', datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('rated_at__lt', datetime.datetime(2100, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), ('rated_at__isnull', True), _connector='OR'), name='skill_rating_times_are_sane'),
        ),
        migrations.AddConstraint(
            model_name='ratingevidence',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('drill', None), ('kind', 'COACHING'), ('order', None), ('plan__isnull', False), ('visit', None)), models.Q(('drill__isnull', False), ('kind', 'DRILL'), ('order', None), ('plan', None), ('visit', None)), models.Q(('drill', None), ('kind', 'VISIT'), ('order', None), ('plan', None), ('visit__isnull', False)), models.Q(('drill', None), ('kind', 'DEAL'), ('order__isnull', False), ('plan', None), ('visit', None)), _connector='OR'), name='evidence_is_one_thing'),
        ),
        migrations.RunSQL(TRIGGERS, DROP),
    ]
