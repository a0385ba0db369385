from tiejun.customers.models.companies import ClosingClassChange, Company, Contact, LifecycleChange
from tiejun.customers.models.duplicates import CompanyKey, DuplicateProposal, DuplicateRun
from tiejun.customers.models.follow_up import FollowUpPlan, FollowUpStep, MaturityAnswer
from tiejun.customers.models.merges import CompanyMerge, MergeMove

__all__ = [
    "ClosingClassChange",
    "Company",
    "CompanyKey",
    "CompanyMerge",
    "Contact",
    "DuplicateProposal",
    "DuplicateRun",
    "FollowUpPlan",
    "FollowUpStep",
    "LifecycleChange",
    "MaturityAnswer",
    "MergeMove",
]
