"""What no application code can undo: a signed commitment stands, a group's number is the sum of its lines, snapshots stay."""

from django.db import migrations

FUNCTIONS = """
-- Once the person has signed, content changes only by withdrawing the signature; once published, never.
CREATE FUNCTION forecast_watch_commitment() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    free text[] := ARRAY['state', 'superseded_at', 'changed_at', 'version'];
    signing text[] := ARRAY['state', 'supervisor_id', 'published_at', 'changed_at', 'version'];
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.published_at IS NOT NULL THEN
            RAISE EXCEPTION 'published commitments stay' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN OLD;
    END IF;
    IF OLD.published_at IS NOT NULL THEN
        IF (to_jsonb(NEW) - free) IS DISTINCT FROM (to_jsonb(OLD) - free)
           OR NOT (NEW.state = OLD.state OR (OLD.state = 'PUBLISHED' AND NEW.state = 'SUPERSEDED')) THEN
            RAISE EXCEPTION 'a published commitment cannot change' USING ERRCODE = 'restrict_violation';
        END IF;
    ELSIF OLD.rep_signed_at IS NOT NULL AND NEW.rep_signed_at IS NOT NULL
          AND (to_jsonb(NEW) - signing) IS DISTINCT FROM (to_jsonb(OLD) - signing) THEN
        RAISE EXCEPTION 'a signed commitment changes by withdrawing the signature' USING ERRCODE = 'restrict_violation';
    ELSIF NEW.published_at IS NOT NULL AND OLD.rep_signed_at IS NULL THEN
        RAISE EXCEPTION 'the person signs first' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER watch_commitment BEFORE UPDATE OR DELETE ON forecast_monthlyforecast
    FOR EACH ROW EXECUTE FUNCTION forecast_watch_commitment();

-- At the end of the transaction the lines of a group's number add up to its members' sum.
CREATE FUNCTION forecast_group_adds_up() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    place uuid;
    said record;
    summed record;
BEGIN
    IF TG_TABLE_NAME = 'forecast_groupforecast' THEN
        place := NEW.id;
    ELSE
        place := NEW.group_id;
    END IF;
    SELECT members_deals AS deals, members_minor AS minor INTO said FROM forecast_groupforecast WHERE id = place;
    SELECT coalesce(sum(deals), 0) AS deals, coalesce(sum(amount_minor), 0) AS minor INTO summed
        FROM forecast_groupline WHERE group_id = place;
    IF said.deals <> summed.deals OR said.minor <> summed.minor THEN
        RAISE EXCEPTION 'the lines do not add up to the members'' sum' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER group_adds_up AFTER INSERT OR UPDATE ON forecast_groupforecast
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION forecast_group_adds_up();
CREATE CONSTRAINT TRIGGER lines_add_up AFTER INSERT OR UPDATE ON forecast_groupline
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION forecast_group_adds_up();

CREATE FUNCTION forecast_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is a ledger: rows are added, never changed', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER snapshots_stay BEFORE UPDATE OR DELETE ON forecast_forecastsnapshot
    FOR EACH ROW EXECUTE FUNCTION forecast_refuse_change();
"""

DROP = """
DROP TRIGGER snapshots_stay ON forecast_forecastsnapshot;
DROP TRIGGER lines_add_up ON forecast_groupline;
DROP TRIGGER group_adds_up ON forecast_groupforecast;
DROP TRIGGER watch_commitment ON forecast_monthlyforecast;
DROP FUNCTION forecast_refuse_change();
DROP FUNCTION forecast_group_adds_up();
DROP FUNCTION forecast_watch_commitment();
"""


class Migration(migrations.Migration):
    dependencies = [("forecast", "0001_initial")]
    operations = [migrations.RunSQL(FUNCTIONS, DROP)]
