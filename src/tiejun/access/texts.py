"""The words of abilities and roles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from tiejun.access.abilities import Ability as A
from tiejun.access.roles import Role

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

ABILITIES: dict[A, _StrPromise] = {
    A.MANAGE_OWN_ACCOUNT: _("Change one's own account"),
    A.READ_NOTICES: _("Read one's notices"),
    A.SEND_NOTICE: _("Send notices"),
    A.SEARCH: _("Search"),
    A.SAVE_VIEWS: _("Keep views of lists"),
    A.SHARE_VIEWS: _("Show one's views of lists to the unit"),
    A.VIEW_PEOPLE: _("See people"),
    A.MANAGE_PEOPLE: _("Add and change people"),
    A.GRANT_ROLES: _("Grant roles"),
    A.MANAGE_LOGINS: _("Manage logins"),
    A.APPOINT_ACTING: _("Appoint an acting leader"),
    A.SEE_STAFF_PHONE: _("See colleagues' telephone numbers"),
    A.MANAGE_UNITS: _("Change units"),
    A.MANAGE_REFERENCE: _("Change reference data"),
    A.VIEW_LEAVE: _("See leave"),
    A.RECORD_LEAVE: _("Record leave"),
    A.VIEW_POLICIES: _("See policies"),
    A.DRAFT_POLICY: _("Draft policies"),
    A.APPROVE_POLICY: _("Approve policies"),
    A.VIEW_RUNS: _("See the runs of the business clock"),
    A.RUN_CLOCK: _("Run events of the business clock by hand"),
    A.VIEW_AUDIT: _("See the audit log"),
    A.VIEW_OWN_AUDIT: _("See one's own trail"),
    A.VIEW_CUSTOMERS: _("See customers"),
    A.EDIT_CUSTOMER: _("Change customers"),
    A.SEE_PHONE: _("See customers' telephone numbers"),
    A.MERGE_CUSTOMERS: _("Merge customers and tell duplicates apart"),
    A.FIND_DUPLICATES: _("Look for duplicates by night"),
    A.SET_CLOSING_CLASS: _("Set the closing class"),
    A.VIEW_CAMPAIGNS: _("See campaigns and their costs"),
    A.MANAGE_CAMPAIGNS: _("Plan campaigns, enter costs, publish forms"),
    A.MANAGE_SOURCES: _("Manage sources of leads"),
    A.VIEW_INBOUND: _("See inbound records, numbers masked"),
    A.RECEIVE_INBOUND: _("Bring inbound records in"),
    A.CHECK_INBOUND: _("Check inbound records and hand them to sales"),
    A.MANAGE_TAGS: _("Manage tags and tag rules"),
    A.VIEW_HANDOVERS: _("See the hand-over board"),
    A.VIEW_DISPUTES: _("See disputes about invalid leads"),
    A.DISPUTE_INVALID: _("Dispute leads marked as invalid"),
    A.DECIDE_DISPUTE: _("Decide disputes about invalid leads"),
    A.CHECK_INVALID: _("Draw and check a sample of invalid marks"),
    A.RUN_MARKETING: _("Look up inbound records and note what became of them"),
    A.VIEW_POOL: _("See the public pool"),
    A.VIEW_LEADS: _("See leads"),
    A.CREATE_LEAD: _("Create leads"),
    A.CLAIM_LEAD: _("Claim leads"),
    A.RELEASE_LEAD: _("Release leads"),
    A.RECORD_FOLLOW_UP: _("Record follow-ups"),
    A.TRANSFER_LEAD: _("Transfer leads"),
    A.MANAGE_POOLS: _("Manage lead pools"),
    A.RECLAIM_LEADS: _("Take leads back by rule"),
    A.TRY_RECLAIM: _("Try other deadlines of leads"),
    A.VIEW_ALLOTMENT: _("See allotments"),
    A.ASSIGN_LEADS: _("Assign leads by hand"),
    A.RUN_ALLOTMENT: _("Look ahead at allotments and repeat them"),
    A.VIEW_SCORE_MODELS: _("See how good the scores of leads are"),
    A.VIEW_TERRITORIES: _("See territories"),
    A.MANAGE_TERRITORIES: _("Manage territories"),
    A.ADMINISTER_POOL: _("Administer an own lead pool"),
    A.CLOSE_LEAD: _("Close leads"),
    A.REOPEN_LEAD: _("Reopen and wake leads"),
    A.FREEZE_LEAD: _("Freeze leads"),
    A.REQUEST_EXTENSION: _("Ask for an extension"),
    A.DECIDE_EXTENSION: _("Decide extensions"),
    A.VIEW_OVERRIDES: _("See overridden rules"),
    A.IMPORT_LEADS: _("Import leads"),
    A.MANAGE_TOKENS: _("Manage one's access tokens"),
    A.VIEW_DAY_PLAN: _("See day plans"),
    A.PLAN_DAY: _("Plan the day"),
    A.VIEW_VISITS: _("See visits"),
    A.RECORD_VISIT: _("Record visits"),
    A.AMEND_VISIT: _("Amend visits"),
    A.SEE_LOCATION: _("See raw locations"),
    A.LOCK_DAYS: _("Lock days"),
    A.BRING_IN_VISITS: _("Bring in past visits"),
    A.CONFIRM_VISIT: _("Take the customer's word on a visit"),
    A.ACCOMPANY_VISIT: _("Say that one went along on a visit"),
    A.VIEW_PIPELINE: _("See opportunities and orders"),
    A.EDIT_OPPORTUNITY: _("Change opportunities"),
    A.SIGN_ORDER: _("Sign orders"),
    A.APPROVE_ORDER: _("Approve orders"),
    A.RECORD_CONTRACT: _("Record contracts"),
    A.PLAN_COLLECTION: _("Plan collections"),
    A.VIEW_COLLECTIONS: _("See collections"),
    A.RECORD_RECEIPT: _("Record receipts"),
    A.VIEW_FORECASTS: _("See forecasts"),
    A.MAKE_FORECAST: _("Make one's own forecast"),
    A.REVIEW_FORECASTS: _("Review forecasts in the evening"),
    A.VIEW_REPORTS: _("See evenings and daily reports"),
    A.VIEW_COMMITMENTS: _("See published commitments"),
    A.VIEW_ROLL_UP: _("See what units answer for"),
    A.SUBMIT_GROUP: _("Answer for a unit's number"),
    A.RUN_FORECASTS: _("Draft and close forecasts by the clock"),
    A.VIEW_TODAY: _("See one's own day"),
    A.VIEW_TEAM_TODAY: _("See the team's day"),
    A.VIEW_BOARD: _("See the board"),
}

ROLES: dict[Role, _StrPromise] = {
    Role.REP: _("Sales representative"),
    Role.SUPERVISOR: _("Sales supervisor"),
    Role.REGIONAL_MANAGER: _("Regional manager"),
    Role.SALES_HEAD: _("Head of sales"),
    Role.MARKETING_HEAD: _("Head of marketing"),
    Role.CEO: _("CEO"),
    Role.QA_INSPECTOR: _("QA inspector"),
    Role.METHOD_INSPECTOR: _("Method inspector"),
    Role.HR: _("HR"),
    Role.SALES_OPS: _("Sales operations"),
    Role.FINANCE: _("Finance"),
    Role.ADMIN: _("Administrator"),
}


def words_of_ability(ability: A) -> str:
    """Return what an ability lets a person do, in the active language; its code where the words are missing."""
    return str(ABILITIES.get(ability, ability.value))


def words_of_role(role: Role) -> str:
    """Return the name of a role in the active language."""
    return str(ROLES[role])
