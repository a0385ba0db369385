"""What no application code can undo: signed orders stand, ledgers grow, sums and currencies hold along the chain."""

from django.db import migrations

LEDGERS = ("stagechange", "contract", "receipt", "receiptconfirmation", "receiptmatch", "reviewview", "lessonuse", "bankfile", "bankmatch", "contracttemplate", "contractpaper")

FUNCTIONS = """
CREATE FUNCTION pipeline_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is a ledger: rows are added, never changed', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$;

-- A signed revision may only be superseded or cancelled, and money may only be added up while it is a draft.
CREATE FUNCTION pipeline_watch_order() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    free text[] := ARRAY['status', 'cancelled_on', 'cancel_reason', 'changed_at', 'version'];
    lines bigint;
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'orders are cancelled, not deleted' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.status = 'DRAFT' THEN
        IF NEW.status = 'SIGNED' THEN
            SELECT coalesce(sum(total_minor), -1) INTO lines FROM pipeline_orderline WHERE order_id = NEW.id;
            IF lines <> NEW.amount_minor THEN
                RAISE EXCEPTION 'the lines of order % do not add up to its amount', NEW.number USING ERRCODE = 'check_violation';
            END IF;
        ELSIF NEW.status = 'SUPERSEDED' THEN
            RAISE EXCEPTION 'a draft cannot be superseded' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF (to_jsonb(NEW) - free) IS DISTINCT FROM (to_jsonb(OLD) - free)
       OR (OLD.status <> NEW.status AND NOT (OLD.status = 'SIGNED' AND NEW.status IN ('SUPERSEDED', 'CANCELLED'))) THEN
        RAISE EXCEPTION 'order % is % and cannot change', OLD.number, lower(OLD.status) USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE FUNCTION pipeline_watch_line() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    state text;
BEGIN
    SELECT status INTO state FROM pipeline_order WHERE id = CASE WHEN TG_OP = 'DELETE' THEN OLD.order_id ELSE NEW.order_id END;
    IF state <> 'DRAFT' OR (TG_OP = 'UPDATE' AND NEW.order_id <> OLD.order_id) THEN
        RAISE EXCEPTION 'the lines of a signed order cannot change' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END
$$;

CREATE FUNCTION pipeline_same_currency() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    above text;
BEGIN
    IF TG_TABLE_NAME = 'pipeline_order' THEN
        SELECT currency INTO above FROM pipeline_opportunity WHERE id = NEW.opportunity_id;
    ELSIF TG_TABLE_NAME = 'pipeline_collectionplan' THEN
        SELECT currency INTO above FROM pipeline_order WHERE id = NEW.order_id;
    ELSE
        SELECT currency INTO above FROM pipeline_collectionplan WHERE id = NEW.plan_id;
    END IF;
    IF above <> NEW.currency THEN
        RAISE EXCEPTION 'currency % does not fit %', NEW.currency, above USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE FUNCTION pipeline_keep_currency() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the currency of an opportunity cannot change' USING ERRCODE = 'restrict_violation';
END
$$;

-- At the end of each transaction: instalments add up to the plan, the plan is the signed order, matches are what instalments received.
CREATE FUNCTION pipeline_plan_adds_up() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wanted uuid := to_jsonb(NEW) ->> CASE WHEN TG_TABLE_NAME = 'pipeline_collectionplan' THEN 'id' ELSE 'plan_id' END;
    plan pipeline_collectionplan;
    due bigint;
    paid bigint;
    came bigint;
    ordered bigint;
BEGIN
    SELECT * INTO plan FROM pipeline_collectionplan WHERE id = wanted;
    SELECT coalesce(sum(amount_minor), 0), coalesce(sum(received_minor), 0) INTO due, paid FROM pipeline_instalment WHERE plan_id = wanted;
    SELECT amount_minor INTO ordered FROM pipeline_order WHERE id = plan.order_id;
    SELECT coalesce(sum(r.amount_minor), 0) INTO came FROM pipeline_receipt r
    WHERE r.plan_id = wanted
      AND (r.method <> 'CASH' OR EXISTS (SELECT FROM pipeline_receiptconfirmation c WHERE c.receipt_id = r.id));
    IF due <> plan.amount_minor OR ordered <> plan.amount_minor THEN
        RAISE EXCEPTION 'the instalments (%) of order % do not add up to its amount (%)', due, plan.order_id, ordered USING ERRCODE = 'check_violation';
    END IF;
    IF came <> plan.received_minor OR paid <> least(came, plan.amount_minor) OR plan.overpaid_minor <> greatest(0, came - plan.amount_minor) THEN
        RAISE EXCEPTION 'the receipts (%) of order % do not agree with its plan (%, %)', came, plan.order_id, plan.received_minor, paid
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
$$;

CREATE FUNCTION pipeline_match_fits() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    came bigint;
    spent bigint;
    credited bigint;
    noted bigint;
BEGIN
    SELECT amount_minor INTO came FROM pipeline_receipt WHERE id = NEW.receipt_id;
    SELECT sum(amount_minor) INTO spent FROM pipeline_receiptmatch WHERE receipt_id = NEW.receipt_id;
    SELECT coalesce(sum(amount_minor), 0) INTO credited FROM pipeline_receiptmatch WHERE instalment_id = NEW.instalment_id;
    SELECT received_minor INTO noted FROM pipeline_instalment WHERE id = NEW.instalment_id;
    IF abs(spent) > abs(came) OR sign(spent) <> sign(came) THEN
        RAISE EXCEPTION 'more was matched (%) than came in (%)', spent, came USING ERRCODE = 'check_violation';
    END IF;
    IF credited <> noted THEN
        RAISE EXCEPTION 'an instalment notes %, its matches say %', noted, credited USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
$$;

-- The rep's view is the owner's, and nobody who owned the deal gives the manager's or the customer's.
CREATE FUNCTION pipeline_view_is_apart() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    owner uuid;
BEGIN
    SELECT owner_id INTO owner FROM pipeline_dealreview WHERE id = NEW.review_id;
    IF (NEW.side = 'REP') <> (NEW.person_id IS NOT DISTINCT FROM owner) THEN
        RAISE EXCEPTION 'the view % of review % is not of the right person', NEW.side, NEW.review_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER views_stay_apart BEFORE INSERT ON pipeline_reviewview FOR EACH ROW EXECUTE FUNCTION pipeline_view_is_apart();
CREATE TRIGGER signed_orders_stand BEFORE UPDATE OR DELETE ON pipeline_order FOR EACH ROW EXECUTE FUNCTION pipeline_watch_order();
CREATE TRIGGER signed_lines_stand BEFORE INSERT OR UPDATE OR DELETE ON pipeline_orderline FOR EACH ROW EXECUTE FUNCTION pipeline_watch_line();
CREATE TRIGGER order_currency BEFORE INSERT OR UPDATE OF currency, opportunity_id ON pipeline_order
    FOR EACH ROW EXECUTE FUNCTION pipeline_same_currency();
CREATE TRIGGER plan_currency BEFORE INSERT OR UPDATE OF currency, order_id ON pipeline_collectionplan
    FOR EACH ROW EXECUTE FUNCTION pipeline_same_currency();
CREATE TRIGGER receipt_currency BEFORE INSERT ON pipeline_receipt FOR EACH ROW EXECUTE FUNCTION pipeline_same_currency();
CREATE TRIGGER currency_stays BEFORE UPDATE OF currency ON pipeline_opportunity
    FOR EACH ROW WHEN (OLD.currency IS DISTINCT FROM NEW.currency) EXECUTE FUNCTION pipeline_keep_currency();
CREATE CONSTRAINT TRIGGER plans_add_up AFTER INSERT OR UPDATE ON pipeline_collectionplan DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION pipeline_plan_adds_up();
CREATE CONSTRAINT TRIGGER instalments_add_up AFTER INSERT OR UPDATE ON pipeline_instalment DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION pipeline_plan_adds_up();
CREATE CONSTRAINT TRIGGER receipts_add_up AFTER INSERT ON pipeline_receipt DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION pipeline_plan_adds_up();
CREATE CONSTRAINT TRIGGER matches_fit AFTER INSERT ON pipeline_receiptmatch DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION pipeline_match_fits();
"""

BACK = """
DROP FUNCTION pipeline_refuse_change, pipeline_watch_order, pipeline_watch_line, pipeline_same_currency, pipeline_keep_currency,
    pipeline_plan_adds_up, pipeline_match_fits, pipeline_view_is_apart CASCADE;
"""


def _guard(table: str) -> str:
    return f"CREATE TRIGGER rows_stay BEFORE UPDATE OR DELETE ON pipeline_{table} FOR EACH ROW EXECUTE FUNCTION pipeline_refuse_change();\n"


class Migration(migrations.Migration):
    dependencies = [("pipeline", "0001_initial")]
    operations = [migrations.RunSQL(FUNCTIONS + "".join(_guard(table) for table in LEDGERS), BACK)]
