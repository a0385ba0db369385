"""The audit log in its own schema: one door in, no way to change a row."""

from django.db import migrations

CREATE = """
CREATE SCHEMA IF NOT EXISTS audit;

CREATE TABLE audit.entry (
    seq bigint PRIMARY KEY,
    at timestamptz NOT NULL,
    actor text NOT NULL,
    person_id uuid,
    on_behalf_of uuid,
    event text NOT NULL,
    target_kind text NOT NULL,
    target_id uuid,
    facts jsonb NOT NULL,
    reason text NOT NULL,
    origin text NOT NULL,
    request_id text NOT NULL,
    previous bytea NOT NULL,
    hash bytea NOT NULL UNIQUE
);
CREATE INDEX audit_entries_of_a_target ON audit.entry (target_id, seq DESC) WHERE target_id IS NOT NULL;
CREATE INDEX audit_entries_of_a_person ON audit.entry (person_id, seq DESC) WHERE person_id IS NOT NULL;
CREATE INDEX audit_entries_of_an_event ON audit.entry (event, seq DESC);

CREATE TABLE audit.head (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    seq bigint NOT NULL,
    hash bytea NOT NULL
);
INSERT INTO audit.head VALUES (true, 0, sha256('tiejun'));

CREATE FUNCTION audit.digest(previous bytea, seq bigint, at timestamptz, body jsonb) RETURNS bytea
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog AS $$
    SELECT sha256(previous || convert_to(
        seq::text || '|' || extract(epoch FROM at)::numeric(20, 6)::text || '|' || body::text, 'UTF8'))
$$;

CREATE FUNCTION audit.body_of(e audit.entry) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog AS $$
    SELECT jsonb_build_object(
        'actor', e.actor, 'person_id', e.person_id, 'on_behalf_of', e.on_behalf_of, 'event', e.event,
        'target_kind', e.target_kind, 'target_id', e.target_id, 'facts', e.facts, 'reason', e.reason,
        'origin', e.origin, 'request_id', e.request_id)
$$;

CREATE FUNCTION audit.append(items jsonb) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    last audit.head;
    item jsonb;
    e audit.entry;
BEGIN
    SELECT * INTO last FROM audit.head FOR UPDATE;
    FOR item IN SELECT * FROM jsonb_array_elements(items) LOOP
        e.seq := last.seq + 1;
        e.at := clock_timestamp();
        e.actor := item ->> 'actor';
        e.person_id := (item ->> 'person_id')::uuid;
        e.on_behalf_of := (item ->> 'on_behalf_of')::uuid;
        e.event := item ->> 'event';
        e.target_kind := item ->> 'target_kind';
        e.target_id := (item ->> 'target_id')::uuid;
        e.facts := item -> 'facts';
        e.reason := item ->> 'reason';
        e.origin := item ->> 'origin';
        e.request_id := item ->> 'request_id';
        e.previous := last.hash;
        e.hash := audit.digest(last.hash, e.seq, e.at, audit.body_of(e));
        INSERT INTO audit.entry SELECT e.*;
        last.seq := e.seq;
        last.hash := e.hash;
    END LOOP;
    UPDATE audit.head SET seq = last.seq, hash = last.hash;
    RETURN last.seq;
END
$$;

CREATE FUNCTION audit.refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit log is append-only';
END
$$;
CREATE TRIGGER no_change BEFORE UPDATE OR DELETE ON audit.entry FOR EACH ROW EXECUTE FUNCTION audit.refuse();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON audit.entry FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse();
CREATE TRIGGER no_removal BEFORE DELETE OR TRUNCATE ON audit.head FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse();

CREATE FUNCTION audit.verify() RETURNS TABLE (seq bigint, why text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
    WITH walk AS (
        SELECT e.seq, e.at, e.previous, e.hash, audit.body_of(e) AS body,
               lag(e.hash, 1, sha256('tiejun')) OVER (ORDER BY e.seq) AS before_hash,
               lag(e.seq, 1, 0::bigint) OVER (ORDER BY e.seq) AS before_seq
        FROM audit.entry e)
    SELECT w.seq, CASE WHEN w.seq <> w.before_seq + 1 THEN 'GAP' WHEN w.previous <> w.before_hash THEN 'LINK' ELSE 'CONTENT' END
    FROM walk w
    WHERE w.seq <> w.before_seq + 1 OR w.previous <> w.before_hash OR w.hash <> audit.digest(w.previous, w.seq, w.at, w.body)
    UNION ALL
    SELECT h.seq, 'HEAD' FROM audit.head h
    WHERE h.hash <> coalesce((SELECT e.hash FROM audit.entry e ORDER BY e.seq DESC LIMIT 1), sha256('tiejun'))
       OR h.seq <> coalesce((SELECT max(e.seq) FROM audit.entry e), 0)
$$;

REVOKE ALL ON FUNCTION audit.append(jsonb) FROM PUBLIC;
REVOKE ALL ON FUNCTION audit.verify() FROM PUBLIC;
"""


class Migration(migrations.Migration):
    dependencies = [("foundation", "0002_tables")]
    operations = [migrations.RunSQL(CREATE, "DROP SCHEMA audit CASCADE")]
