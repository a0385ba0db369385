"""Everything that refers to a company says what becomes of it in a merge."""

from django.apps import apps

from tiejun.customers.rules.merging import links
from tiejun.customers.texts import KINDS_OF_ROWS

# What stays where it happened and is read by the family's ids, or belongs to the merge itself.
HISTORY = {
    "coaching.ApplicationCheck.company",
    "coaching.CoachingVisit.company",
    "customers.LifecycleChange.company",
    "customers.ClosingClassChange.company",
    "customers.Company.merged_into",
    "customers.CompanyKey.company",
    "customers.MaturityAnswer.company",
    "customers.CompanyMerge.survivor",
    "customers.CompanyMerge.absorbed",
    "customers.DuplicateProposal.first",
    "customers.DuplicateProposal.second",
    "forecast.DailyDeal.backup_company",
    "forecast.DailyDeal.company",
    "marketing.InboundRecord.known_company_id",
    "pipeline.DealReview.company",
    "pipeline.VisitFact.company",
    "quality.CustomerContact.company",
    "quality.QaTask.company",
    "success.CustomerLife.company",
    "success.CustomerTrial.company",
    "success.CustomerVoice.company",
    "success.EnablementStep.company",
    "success.FollowOnDeal.company",
    "success.SatisfactionSurvey.company",
    "succession.SuccessionItem.company",
    "visits.Door.company",
    "visits.Visit.company",
}
MOVED = {
    "customers.ClosingClassChange.backup": "customers.class_spell",
    "customers.Contact.company": "customers.contact",
    "customers.FollowUpPlan.company": "customers.follow_up_plan",
    "leads.Lead.company": "leads.lead",
    "marketing.Handover.company_id": "marketing.handover",
    "marketing.Referral.referrer_company_id": "marketing.referral",
    "pipeline.Opportunity.company": "pipeline.opportunity",
    "pipeline.Order.company": "pipeline.draft",
    "success.Complaint.company": "success.complaint",
    "success.CustomerHandover.company": "success.handover",
    "visits.PlanItem.company": "visits.stop",
}


def references() -> set[str]:
    return {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        if model.__module__.startswith("tiejun.")
        for field in model._meta.concrete_fields
        if (field.related_model is not None and field.related_model._meta.label == "customers.Company")
        or field.name.endswith("company_id")
    }


def test_every_reference_to_a_company_moves_or_is_history() -> None:
    assert references() == HISTORY | set(MOVED)
    kinds = {kind for link in links() for kind in link.kinds}
    assert set(MOVED.values()) <= kinds
    assert kinds <= set(KINDS_OF_ROWS)
    assert [link.position for link in links()] == [10, 20, 30, 40, 45]
