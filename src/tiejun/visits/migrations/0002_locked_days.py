"""What a locked day cannot suffer: no change, no deletion, no frozen count moved. TRUNCATE stays the owner's."""

from django.db import migrations

CREATE = """
CREATE FUNCTION visits_refuse_delete() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% rows are never deleted', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

CREATE FUNCTION visits_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

CREATE FUNCTION visits_guard_visit() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    was jsonb;
    is_now jsonb;
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.entry <> 'LATE' AND EXISTS (
            SELECT 1 FROM visits_daylock d
            WHERE d.person_id = NEW.person_id AND d.business_day = NEW.business_day AND d.hard_at IS NOT NULL
        ) THEN
            RAISE EXCEPTION 'the day % is locked: only late entries', NEW.business_day USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF (OLD.person_id, OLD.unit_id, OLD.business_day, OLD.client_key)
       IS DISTINCT FROM (NEW.person_id, NEW.unit_id, NEW.business_day, NEW.client_key) THEN
        RAISE EXCEPTION 'a visit keeps its person, unit, day and key' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.state IN ('LOCKED', 'CANCELLED', 'VOID') THEN
        was := to_jsonb(OLD) - 'state' - 'version';
        is_now := to_jsonb(NEW) - 'state' - 'version';
        IF was IS DISTINCT FROM is_now OR NOT (NEW.state = OLD.state OR OLD.state = 'LOCKED' AND NEW.state = 'VOID') THEN
            RAISE EXCEPTION 'the visit is locked: only amendments' USING ERRCODE = 'restrict_violation';
        END IF;
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION visits_guard_part() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    part record;
BEGIN
    IF TG_OP = 'DELETE' THEN part := OLD; ELSE part := NEW; END IF;
    -- A photo that was named before the lock may follow it: its content is the one that was named.
    IF TG_OP = 'UPDATE' AND TG_TABLE_NAME = 'visits_visitevidence' AND to_jsonb(OLD) ->> 'file_id' IS NULL
       AND to_jsonb(OLD) - 'file_id' = to_jsonb(NEW) - 'file_id' THEN
        RETURN NEW;
    END IF;
    IF TG_OP <> 'INSERT' AND EXISTS (
        SELECT 1 FROM visits_visit v WHERE v.id = part.visit_id AND v.state IN ('LOCKED', 'VOID')
    ) THEN
        RAISE EXCEPTION 'the visit is locked: only amendments' USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'INSERT' AND EXISTS (
        SELECT 1 FROM visits_visit v JOIN visits_daylock d ON d.person_id = v.person_id AND d.business_day = v.business_day
        WHERE v.id = part.visit_id AND d.hard_at IS NOT NULL AND v.entry <> 'LATE'
    ) THEN
        RAISE EXCEPTION 'the visit is locked: only amendments' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN part;
END $$;

CREATE FUNCTION visits_guard_lock() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.hard_at IS NOT NULL THEN
        RAISE EXCEPTION 'frozen counts never change' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER visits_stay BEFORE DELETE ON visits_visit FOR EACH ROW EXECUTE FUNCTION visits_refuse_delete();
CREATE TRIGGER visits_lock BEFORE INSERT OR UPDATE ON visits_visit FOR EACH ROW EXECUTE FUNCTION visits_guard_visit();
CREATE TRIGGER contacts_lock BEFORE INSERT OR UPDATE OR DELETE ON visits_visitcontact FOR EACH ROW EXECUTE FUNCTION visits_guard_part();
CREATE TRIGGER evidence_locks BEFORE INSERT OR UPDATE ON visits_visitevidence FOR EACH ROW EXECUTE FUNCTION visits_guard_part();
CREATE TRIGGER evidence_stays BEFORE DELETE ON visits_visitevidence FOR EACH ROW EXECUTE FUNCTION visits_refuse_delete();
CREATE TRIGGER day_locks_stay BEFORE DELETE ON visits_daylock FOR EACH ROW EXECUTE FUNCTION visits_refuse_delete();
CREATE TRIGGER day_locks_freeze BEFORE UPDATE ON visits_daylock FOR EACH ROW EXECUTE FUNCTION visits_guard_lock();
CREATE TRIGGER amendments_stay BEFORE UPDATE OR DELETE ON visits_amendment FOR EACH ROW EXECUTE FUNCTION visits_refuse_change();
CREATE TRIGGER adjustments_stay BEFORE UPDATE OR DELETE ON visits_countadjustment FOR EACH ROW EXECUTE FUNCTION visits_refuse_change();
CREATE TRIGGER conflicts_stay BEFORE UPDATE OR DELETE ON visits_visitconflict FOR EACH ROW EXECUTE FUNCTION visits_refuse_change();
"""

DROP = """
DROP FUNCTION visits_refuse_delete, visits_refuse_change, visits_guard_visit, visits_guard_part, visits_guard_lock CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [("visits", "0001_initial")]
    operations = [migrations.RunSQL(CREATE, DROP)]
