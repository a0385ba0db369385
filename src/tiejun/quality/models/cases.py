from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from tiejun.access.reach import ReachPaths, ScopedQuerySet
from tiejun.foundation.ids import new_id
from tiejun.foundation.times import sane_times
from tiejun.quality.models.tasks import QaTask
from tiejun.quality.rules.vocabulary import CaseState, EvidenceKind, Outcome, Vote


class IntegrityCase(models.Model):
    """A contradicted visit under due process: notice, answer, panel, appeal; only FINAL has effects."""

    reach = ReachPaths(own="person_id", unit="unit_id")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    task = models.OneToOneField(QaTask, on_delete=models.PROTECT, related_name="+")
    visit = models.ForeignKey("visits.Visit", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("org.Person", on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey("org.Unit", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=9, choices=[(state, state) for state in CaseState], default=CaseState.OPENED)
    summary = models.CharField(max_length=1000)
    opened_by = models.ForeignKey("org.Person", on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    notified_at = models.DateTimeField(null=True)
    answer_due_at = models.DateTimeField(null=True)
    answer = models.TextField(default="", blank=True)
    answered_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=9, default="", blank=True, choices=[(name, name) for name in Outcome])
    severity = models.PositiveSmallIntegerField(default=0)
    decided_at = models.DateTimeField(null=True)
    appeal_due_at = models.DateTimeField(null=True)
    appeal = models.TextField(default="", blank=True)
    appealed_at = models.DateTimeField(null=True)
    final_at = models.DateTimeField(null=True)

    objects = ScopedQuerySet["IntegrityCase"].as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="OPENED") | Q(notified_at__isnull=False, answer_due_at__gt=F("notified_at")),
                name="notified_cases_leave_time_to_answer",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["OPENED", "NOTIFIED", "PANEL"], outcome="")
                | ~Q(state__in=["OPENED", "NOTIFIED", "PANEL"]) & ~Q(outcome="") & Q(decided_at__isnull=False),
                name="decided_cases_have_an_outcome",
            ),
            models.CheckConstraint(
                condition=Q(outcome="UPHELD", severity__gte=1, severity__lte=3) | ~Q(outcome="UPHELD") & Q(severity=0),
                name="upheld_cases_have_a_severity",
            ),
            models.CheckConstraint(
                condition=~Q(state="UPHELD") | Q(appeal_due_at__gt=F("decided_at")),
                name="upheld_cases_leave_time_to_appeal",
            ),
            models.CheckConstraint(
                condition=Q(state="FINAL", final_at__isnull=False) | ~Q(state="FINAL") & Q(final_at=None),
                name="final_cases_have_their_time",
            ),
            sane_times(
                "case_times_are_sane",
                "opened_at",
                "notified_at",
                "answer_due_at",
                "answered_at",
                "decided_at",
                "appeal_due_at",
                "appealed_at",
                "final_at",
            ),
        ]
        indexes = [models.Index(fields=["-opened_at", "-id"], name="cases_newest_first")]


class CaseEvidence(models.Model):
    """What supports a case; one row per kind, because two of a kind are not independent."""

    ledger = True

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(IntegrityCase, on_delete=models.PROTECT, db_index=False, related_name="+")
    kind = models.CharField(max_length=20, choices=[(kind, kind) for kind in EvidenceKind])
    note = models.CharField(max_length=1000)
    added_by = models.ForeignKey("org.Person", on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "kind"], name="one_evidence_per_kind"),
            models.CheckConstraint(condition=~Q(note=""), name="evidence_says_what_it_is"),
        ]


class PanelSeat(models.Model):
    """A member of a panel and the vote; nobody sits twice in one case, so the appeal is heard by other people."""

    reach = ReachPaths(own="person_id", unit="unit_id")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(IntegrityCase, on_delete=models.PROTECT, db_index=False, related_name="+")
    is_appeal = models.BooleanField(default=False)
    person = models.ForeignKey("org.Person", on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey("org.Unit", on_delete=models.PROTECT, db_index=False, related_name="+")
    appointed_at = models.DateTimeField()
    vote = models.CharField(max_length=7, default="", blank=True, choices=[(vote, vote) for vote in Vote])
    severity = models.PositiveSmallIntegerField(default=0)
    note = models.CharField(max_length=1000, default="", blank=True)
    voted_at = models.DateTimeField(null=True)

    objects = ScopedQuerySet["PanelSeat"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "person"], name="nobody_sits_twice_in_a_case"),
            models.CheckConstraint(
                condition=Q(vote="", voted_at=None) | ~Q(vote="") & Q(voted_at__isnull=False),
                name="votes_have_their_time",
            ),
            models.CheckConstraint(
                condition=Q(vote="UPHOLD", severity__gte=1, severity__lte=3) | ~Q(vote="UPHOLD") & Q(severity=0),
                name="votes_to_uphold_have_a_severity",
            ),
        ]
