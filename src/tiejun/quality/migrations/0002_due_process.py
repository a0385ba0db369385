"""What due process cannot suffer: a skipped step, a changed finding, a changed vote, a decision without its panel."""

from django.db import migrations

CREATE = """
CREATE FUNCTION quality_refuse_delete() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% rows are never deleted', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

CREATE FUNCTION quality_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

CREATE FUNCTION quality_guard_seed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.business_day, OLD.seed_hash, OLD.committed_at) IS DISTINCT FROM (NEW.business_day, NEW.seed_hash, NEW.committed_at)
       OR OLD.revealed_seed IS NOT NULL THEN
        RAISE EXCEPTION 'a promised seed stays as it is' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION quality_guard_task() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.frame_id, OLD.visit_id, OLD.person_id, OLD.unit_id, OLD.probability, OLD.method)
       IS DISTINCT FROM (NEW.frame_id, NEW.visit_id, NEW.person_id, NEW.unit_id, NEW.probability, NEW.method) THEN
        RAISE EXCEPTION 'a task keeps its visit, person, probability and method' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.state <> NEW.state AND NOT (OLD.state || '>' || NEW.state IN (
        'DRAWN>ASSIGNED', 'ASSIGNED>CONTACTING', 'CONTACTING>FOUND', 'CONTACTING>CLOSED', 'FOUND>CLOSED'
    )) THEN
        RAISE EXCEPTION 'a task does not go from % to %', OLD.state, NEW.state USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.finding <> '' AND (OLD.finding, OLD.note, OLD.answers, OLD.found_at, OLD.inspector_id)
       IS DISTINCT FROM (NEW.finding, NEW.note, NEW.answers, NEW.found_at, NEW.inspector_id) THEN
        RAISE EXCEPTION 'a finding stays as it was recorded' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION quality_guard_case() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    votes integer;
BEGIN
    IF (OLD.task_id, OLD.visit_id, OLD.person_id, OLD.unit_id, OLD.opened_at)
       IS DISTINCT FROM (NEW.task_id, NEW.visit_id, NEW.person_id, NEW.unit_id, NEW.opened_at) THEN
        RAISE EXCEPTION 'a case keeps its visit and person' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.answered_at IS NOT NULL AND (OLD.answer, OLD.answered_at) IS DISTINCT FROM (NEW.answer, NEW.answered_at) THEN
        RAISE EXCEPTION 'an answer stays as it was given' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.state = NEW.state THEN
        RETURN NEW;
    END IF;
    IF NOT (OLD.state || '>' || NEW.state IN (
        'OPENED>NOTIFIED', 'NOTIFIED>PANEL', 'PANEL>UPHELD', 'PANEL>DISMISSED', 'UPHELD>APPEAL', 'UPHELD>FINAL',
        'DISMISSED>FINAL', 'APPEAL>FINAL'
    )) THEN
        RAISE EXCEPTION 'a case does not go from % to %', OLD.state, NEW.state USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state = 'NOTIFIED' AND (SELECT count(*) FROM quality_caseevidence e WHERE e.case_id = NEW.id) < 2 THEN
        RAISE EXCEPTION 'a case needs two independent evidences' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.state IN ('PANEL', 'APPEAL') THEN
        SELECT count(*) INTO votes FROM quality_panelseat s
        WHERE s.case_id = NEW.id AND s.is_appeal = (OLD.state = 'APPEAL') AND s.vote <> '';
        IF votes <> 3 THEN
            RAISE EXCEPTION 'a panel decides with three votes' USING ERRCODE = 'restrict_violation';
        END IF;
    END IF;
    IF OLD.state = 'UPHELD' AND NEW.state = 'FINAL' AND NEW.final_at < OLD.appeal_due_at THEN
        RAISE EXCEPTION 'the time to appeal has not passed' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION quality_guard_seat() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.vote <> '' OR (OLD.case_id, OLD.person_id, OLD.is_appeal) IS DISTINCT FROM (NEW.case_id, NEW.person_id, NEW.is_appeal) THEN
        RAISE EXCEPTION 'a vote stays as it was given' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION quality_guard_panel() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM quality_integritycase c WHERE c.id = NEW.case_id AND c.person_id = NEW.person_id) THEN
        RAISE EXCEPTION 'nobody sits on their own panel' USING ERRCODE = 'restrict_violation';
    END IF;
    IF (SELECT count(*) FROM quality_panelseat s WHERE s.case_id = NEW.case_id AND s.is_appeal = NEW.is_appeal) >= 3 THEN
        RAISE EXCEPTION 'a panel has three members' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER seeds_stay BEFORE DELETE ON quality_seedcommitment FOR EACH ROW EXECUTE FUNCTION quality_refuse_delete();
CREATE TRIGGER seeds_keep BEFORE UPDATE ON quality_seedcommitment FOR EACH ROW EXECUTE FUNCTION quality_guard_seed();
CREATE TRIGGER draws_stay BEFORE UPDATE OR DELETE ON quality_samplingdraw FOR EACH ROW EXECUTE FUNCTION quality_refuse_change();
CREATE TRIGGER draw_units_stay BEFORE UPDATE OR DELETE ON quality_drawunit FOR EACH ROW EXECUTE FUNCTION quality_refuse_change();
CREATE TRIGGER frames_stay BEFORE UPDATE OR DELETE ON quality_framevisit FOR EACH ROW EXECUTE FUNCTION quality_refuse_change();
CREATE TRIGGER tasks_stay BEFORE DELETE ON quality_qatask FOR EACH ROW EXECUTE FUNCTION quality_refuse_delete();
CREATE TRIGGER tasks_step BEFORE UPDATE ON quality_qatask FOR EACH ROW EXECUTE FUNCTION quality_guard_task();
CREATE TRIGGER contacts_stay BEFORE UPDATE OR DELETE ON quality_customercontact FOR EACH ROW EXECUTE FUNCTION quality_refuse_change();
CREATE TRIGGER cases_stay BEFORE DELETE ON quality_integritycase FOR EACH ROW EXECUTE FUNCTION quality_refuse_delete();
CREATE TRIGGER cases_step BEFORE UPDATE ON quality_integritycase FOR EACH ROW EXECUTE FUNCTION quality_guard_case();
CREATE TRIGGER case_evidence_stays BEFORE UPDATE OR DELETE ON quality_caseevidence FOR EACH ROW EXECUTE FUNCTION quality_refuse_change();
CREATE TRIGGER seats_stay BEFORE DELETE ON quality_panelseat FOR EACH ROW EXECUTE FUNCTION quality_refuse_delete();
CREATE TRIGGER seats_vote_once BEFORE UPDATE ON quality_panelseat FOR EACH ROW EXECUTE FUNCTION quality_guard_seat();
CREATE TRIGGER panels_are_three BEFORE INSERT ON quality_panelseat FOR EACH ROW EXECUTE FUNCTION quality_guard_panel();
"""

DROP = """
DROP FUNCTION quality_refuse_delete, quality_refuse_change, quality_guard_seed, quality_guard_task, quality_guard_case,
    quality_guard_seat, quality_guard_panel CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [("quality", "0001_initial")]
    operations = [migrations.RunSQL(CREATE, DROP)]
