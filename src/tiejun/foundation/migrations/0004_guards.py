"""Policy versions: what was approved is never rewritten; the audit log can be read by day."""

from django.db import migrations

CREATE = """
CREATE FUNCTION foundation_keep_policy() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'policy versions are never deleted';
    END IF;
    IF (NEW.key, NEW.unit_id, NEW.value, NEW.author_id, NEW.reason, NEW.made_at)
       IS DISTINCT FROM (OLD.key, OLD.unit_id, OLD.value, OLD.author_id, OLD.reason, OLD.made_at) THEN
        RAISE EXCEPTION 'policy versions are never rewritten';
    END IF;
    IF OLD.status = 'WITHDRAWN' OR (OLD.status = 'APPROVED' AND NEW.status = 'DRAFT')
       OR (OLD.status = 'APPROVED' AND (NEW.valid_from, NEW.approver_id) IS DISTINCT FROM (OLD.valid_from, OLD.approver_id)) THEN
        RAISE EXCEPTION 'what was approved or withdrawn is never rewritten';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER keep_policy BEFORE UPDATE OR DELETE ON foundation_policyversion
    FOR EACH ROW EXECUTE FUNCTION foundation_keep_policy();

CREATE INDEX audit_entries_in_time ON audit.entry (at);
CREATE INDEX audit_entries_on_behalf ON audit.entry (on_behalf_of, seq DESC) WHERE on_behalf_of IS NOT NULL;
"""

REMOVE = """
DROP INDEX audit.audit_entries_on_behalf;
DROP INDEX audit.audit_entries_in_time;
DROP TRIGGER keep_policy ON foundation_policyversion;
DROP FUNCTION foundation_keep_policy();
"""


class Migration(migrations.Migration):
    dependencies = [("foundation", "0003_audit_schema")]
    operations = [migrations.RunSQL(CREATE, REMOVE)]
