"""The permission policy as data: ability × role → reach. `docs/permissions.md` is generated from it and compared."""

from collections.abc import Mapping
from enum import IntEnum, StrEnum
from types import MappingProxyType

from tiejun.access.abilities import Ability as A


class Role(StrEnum):
    """The roles of the domain, section 8. A person holds one or more, each at a unit and between two dates."""

    REP = "REP"
    SUPERVISOR = "SUPERVISOR"
    REGIONAL_MANAGER = "REGIONAL_MANAGER"
    SALES_HEAD = "SALES_HEAD"
    MARKETING_HEAD = "MARKETING_HEAD"
    CEO = "CEO"
    QA_INSPECTOR = "QA_INSPECTOR"
    METHOD_INSPECTOR = "METHOD_INSPECTOR"
    HR = "HR"
    SALES_OPS = "SALES_OPS"
    FINANCE = "FINANCE"
    ADMIN = "ADMIN"


class Reach(IntEnum):
    """How far an ability goes, from the unit at which the role is held."""

    OWN = 1
    TEAM = 2
    SUBTREE = 3
    COMPANY = 4


OWN, TEAM, SUBTREE, COMPANY = Reach.OWN, Reach.TEAM, Reach.SUBTREE, Reach.COMPANY

LEADING_ROLES = (Role.SUPERVISOR, Role.REGIONAL_MANAGER, Role.SALES_HEAD)
SECOND_FACTOR_ROLES = frozenset({Role.SUPERVISOR, Role.QA_INSPECTOR, Role.HR, Role.FINANCE, Role.ADMIN})

_EVERYONE = dict.fromkeys(Role, OWN)


def _row(  # noqa: PLR0913 -- one column per role; a row of the matrix is read, not called
    *,
    rep: Reach | None = None,
    sup: Reach | None = None,
    reg: Reach | None = None,
    head: Reach | None = None,
    mkt: Reach | None = None,
    ceo: Reach | None = None,
    qa: Reach | None = None,
    met: Reach | None = None,
    hr: Reach | None = None,
    ops: Reach | None = None,
    fin: Reach | None = None,
    adm: Reach | None = None,
) -> dict[Role, Reach]:
    columns = {
        Role.REP: rep,
        Role.SUPERVISOR: sup,
        Role.REGIONAL_MANAGER: reg,
        Role.SALES_HEAD: head,
        Role.MARKETING_HEAD: mkt,
        Role.CEO: ceo,
        Role.QA_INSPECTOR: qa,
        Role.METHOD_INSPECTOR: met,
        Role.HR: hr,
        Role.SALES_OPS: ops,
        Role.FINANCE: fin,
        Role.ADMIN: adm,
    }
    return {role: reach for role, reach in columns.items() if reach is not None}


_TABLE: dict[A, dict[Role, Reach]] = {
    A.MANAGE_OWN_ACCOUNT: _EVERYONE,
    A.READ_NOTICES: _EVERYONE,
    A.SEND_NOTICE: _EVERYONE,
    A.SEARCH: _EVERYONE,
    A.SAVE_VIEWS: dict.fromkeys(Role, OWN),
    A.SHARE_VIEWS: _row(sup=TEAM, reg=SUBTREE, head=COMPANY, mkt=COMPANY, ops=COMPANY),
    A.DEFINE_FIELDS: _row(ops=COMPANY),
    A.VIEW_OWN_AUDIT: _EVERYONE,
    A.MANAGE_TOKENS: _EVERYONE,
    A.VIEW_PEOPLE: _row(
        rep=TEAM, sup=TEAM, reg=SUBTREE, head=COMPANY, ceo=COMPANY, hr=COMPANY, ops=COMPANY, adm=COMPANY
    ),
    A.MANAGE_PEOPLE: _row(hr=COMPANY, adm=COMPANY),
    A.GRANT_ROLES: _row(adm=COMPANY),
    A.MANAGE_LOGINS: _row(adm=COMPANY),
    A.APPOINT_ACTING: _row(reg=SUBTREE, head=COMPANY, hr=COMPANY, adm=COMPANY),
    A.SEE_STAFF_PHONE: _row(rep=OWN, sup=TEAM, reg=SUBTREE, head=COMPANY, hr=COMPANY),
    A.MANAGE_UNITS: _row(ops=COMPANY, adm=COMPANY),
    A.MANAGE_REFERENCE: _row(head=COMPANY, ops=COMPANY, adm=COMPANY),
    A.MANAGE_BUILDINGS: _row(ops=COMPANY),
    A.VIEW_TERRITORIES: _row(rep=OWN, sup=TEAM, reg=SUBTREE, head=COMPANY, ceo=COMPANY, ops=COMPANY, adm=COMPANY),
    A.MANAGE_TERRITORIES: _row(head=COMPANY, ops=COMPANY),
    A.VIEW_LEAVE: _row(rep=OWN, sup=TEAM, reg=SUBTREE, head=COMPANY, hr=COMPANY, ops=COMPANY),
    A.RECORD_LEAVE: _row(rep=OWN, sup=TEAM, reg=SUBTREE, hr=COMPANY),
    A.VIEW_POLICIES: dict.fromkeys(Role, COMPANY),
    A.DRAFT_POLICY: _row(ops=COMPANY, adm=COMPANY),
    A.APPROVE_POLICY: _row(head=COMPANY, ceo=COMPANY),
    A.VIEW_RUNS: _row(head=COMPANY, ops=COMPANY, adm=COMPANY),
    A.RUN_CLOCK: _row(ops=COMPANY),
    A.VIEW_AUDIT: _row(ceo=COMPANY, ops=COMPANY, adm=COMPANY),
    A.VIEW_SCRIPTS: _row(
        rep=COMPANY, sup=COMPANY, reg=COMPANY, head=COMPANY, mkt=COMPANY, ceo=COMPANY, qa=COMPANY, ops=COMPANY
    ),
    A.WRITE_SCRIPTS: _row(sup=COMPANY, reg=COMPANY, head=COMPANY, mkt=COMPANY, ops=COMPANY),
    A.PUBLISH_SCRIPTS: _row(head=COMPANY, ops=COMPANY),
    A.VIEW_CUSTOMERS: _row(rep=OWN, sup=TEAM, reg=SUBTREE, head=COMPANY, ops=COMPANY, fin=COMPANY),
    A.EDIT_CUSTOMER: _row(rep=OWN, sup=TEAM, reg=SUBTREE, head=COMPANY),
    A.SEE_PHONE: _row(rep=OWN, sup=TEAM, reg=SUBTREE, head=COMPANY),
    A.MERGE_CUSTOMERS: _row(sup=TEAM, reg=SUBTREE, head=COMPANY, ops=COMPANY),
    A.FIND_DUPLICATES: {},
    A.SET_CLOSING_CLASS: _row(rep=OWN, sup=TEAM, reg=SUBTREE),
    A.VIEW_CAMPAIGNS: _row(head=COMPANY, mkt=COMPANY, ceo=COMPANY, ops=COMPANY),
    A.MANAGE_CAMPAIGNS: _row(mkt=COMPANY),
    A.MANAGE_SOURCES: _row(mkt=COMPANY, ops=COMPANY),
    A.VIEW_INBOUND: _row(head=COMPANY, mkt=COMPANY, qa=COMPANY, ops=COMPANY),
    A.RECEIVE_INBOUND: _row(mkt=COMPANY, ops=COMPANY),
    A.CHECK_INBOUND: _row(mkt=COMPANY),
    A.MANAGE_TAGS: _row(mkt=COMPANY, ops=COMPANY),
    A.VIEW_HANDOVERS: _row(head=COMPANY, mkt=COMPANY, ceo=COMPANY, qa=COMPANY, ops=COMPANY),
    A.VIEW_DISPUTES: _row(head=COMPANY, mkt=COMPANY, qa=COMPANY),
    A.DISPUTE_INVALID: _row(mkt=COMPANY),
    A.DECIDE_DISPUTE: _row(head=COMPANY, qa=COMPANY),
    A.CHECK_INVALID: _row(qa=COMPANY),
    A.RUN_MARKETING: {},
    A.VIEW_POOL: _row(rep=COMPANY, sup=COMPANY, reg=COMPANY, head=COMPANY, mkt=COMPANY, ops=COMPANY),
    A.VIEW_LEADS: _row(rep=OWN, sup=TEAM, reg=SUBTREE, head=COMPANY, mkt=COMPANY, ops=COMPANY),
    A.CREATE_LEAD: _row(rep=OWN, sup=TEAM, reg=SUBTREE, head=COMPANY, mkt=COMPANY, ops=COMPANY),
    A.CLAIM_LEAD: _row(rep=COMPANY),
    A.RELEASE_LEAD: _row(rep=OWN, sup=TEAM, reg=SUBTREE),
    A.RECORD_FOLLOW_UP: _row(rep=OWN, sup=TEAM),
    A.TRANSFER_LEAD: _row(sup=TEAM, reg=SUBTREE, head=COMPANY),
    A.HAND_OVER: _row(sup=TEAM, reg=SUBTREE, head=COMPANY),
    A.UNDO_BULK: _row(rep=OWN, sup=OWN, reg=OWN, head=OWN),
    A.MANAGE_POOLS: _row(head=COMPANY, ops=COMPANY),
    A.VIEW_ALLOTMENT: _row(rep=OWN, sup=TEAM, reg=SUBTREE, head=COMPANY, ops=COMPANY),
    A.ASSIGN_LEADS: _row(sup=TEAM, reg=SUBTREE, head=COMPANY),
    A.RUN_ALLOTMENT: _row(head=COMPANY, ops=COMPANY),
    A.VIEW_SCORE_MODELS: _row(head=COMPANY, mkt=COMPANY, ops=COMPANY),
    A.VIEW_ANOMALIES: _row(rep=OWN, sup=TEAM, reg=SUBTREE, head=COMPANY, mkt=COMPANY, ceo=COMPANY, ops=COMPANY),
    A.RAISE_ANOMALY: _row(reg=SUBTREE, head=COMPANY, mkt=COMPANY, ceo=COMPANY, ops=COMPANY),
    A.ACT_ON_ANOMALY: _row(sup=TEAM, reg=SUBTREE, head=COMPANY),
    A.CLOSE_ANOMALY: _row(rep=OWN, sup=TEAM, reg=SUBTREE, head=COMPANY, mkt=OWN),
    A.RUN_ANOMALIES: {},
    A.RUN_ROLL_UP: {},
    A.RECLAIM_LEADS: {},
    A.TRY_RECLAIM: _row(head=COMPANY, ops=COMPANY),
    A.ADMINISTER_POOL: _row(sup=TEAM, reg=SUBTREE, head=COMPANY, mkt=COMPANY, ops=COMPANY),
    A.CLOSE_LEAD: _row(rep=OWN, sup=TEAM, reg=SUBTREE),
    A.REOPEN_LEAD: _row(sup=TEAM, reg=SUBTREE, head=COMPANY),
    A.FREEZE_LEAD: _row(sup=TEAM, reg=SUBTREE, head=COMPANY, ops=COMPANY),
    A.REQUEST_EXTENSION: _row(rep=OWN),
    A.DECIDE_EXTENSION: _row(sup=TEAM, reg=SUBTREE),
    A.VIEW_OVERRIDES: _row(reg=SUBTREE, head=COMPANY, ops=COMPANY),
    A.IMPORT_LEADS: _row(mkt=COMPANY, ops=COMPANY),
    A.EXPORT_TABLES: _row(sup=OWN, reg=OWN, head=OWN, mkt=OWN, ceo=OWN, ops=OWN, fin=OWN),
    A.CLEAR_EXPORTS: {},
    A.MAIL_LISTS: _row(sup=OWN, reg=OWN, head=OWN, mkt=OWN, ceo=OWN, ops=OWN, fin=OWN),
    A.READ_DIGEST: _row(reg=OWN, head=OWN, mkt=OWN, ceo=OWN, ops=OWN),
    A.RUN_MAILINGS: {},
    A.VIEW_DAY_PLAN: _row(rep=OWN, sup=TEAM, reg=SUBTREE, head=COMPANY, ops=COMPANY),
    A.PLAN_DAY: _row(rep=OWN),
    A.VIEW_VISITS: _row(rep=OWN, sup=TEAM, reg=SUBTREE, head=COMPANY, ops=COMPANY),
    A.RECORD_VISIT: _row(rep=OWN),
    A.AMEND_VISIT: _row(rep=OWN),
    A.SEE_LOCATION: _row(rep=OWN),
    A.LOCK_DAYS: {},
    A.BRING_IN_VISITS: _row(ops=COMPANY),
    A.BRING_IN_FORECASTS: _row(ops=COMPANY),
    A.CONFIRM_VISIT: {},
    A.ACCOMPANY_VISIT: _row(sup=TEAM, reg=SUBTREE, head=COMPANY),
    A.VOID_VISIT: {},
    A.SEND_PULSES: {},
    A.WORK_QA_TASKS: _row(qa=COMPANY),
    A.VIEW_CASES: _row(rep=OWN, sup=TEAM, reg=SUBTREE, head=COMPANY, qa=COMPANY),
    A.MANAGE_CASES: _row(qa=COMPANY),
    A.SEE_CASE_LOCATION: _row(qa=COMPANY),
    A.ANSWER_CASE: _row(rep=OWN),
    A.SIT_ON_PANEL: dict.fromkeys((role for role in Role if role not in (Role.REP, Role.ADMIN)), OWN),
    A.VIEW_TRUTH_RATE: _row(sup=TEAM, reg=SUBTREE, head=COMPANY, mkt=COMPANY, ceo=COMPANY, qa=COMPANY, ops=COMPANY),
    A.VIEW_DRAWS: dict.fromkeys(Role, COMPANY),
    A.VIEW_CALIBRATION: _row(ceo=COMPANY, qa=COMPANY, ops=COMPANY),
    A.VIEW_OWN_INTEGRITY: _row(rep=OWN),
    A.RUN_QUALITY: {},
    A.VIEW_PIPELINE: _row(rep=OWN, sup=TEAM, reg=SUBTREE, head=COMPANY, ceo=COMPANY, ops=COMPANY, fin=COMPANY),
    A.EDIT_OPPORTUNITY: _row(rep=OWN, sup=TEAM),
    A.SIGN_ORDER: _row(rep=OWN, sup=TEAM),
    A.APPROVE_ORDER: _row(sup=TEAM, reg=SUBTREE, head=COMPANY),
    A.PLAN_COLLECTION: _row(rep=OWN, sup=TEAM, ops=COMPANY, fin=COMPANY),
    A.RECORD_CONTRACT: _row(rep=OWN, sup=TEAM, ops=COMPANY),
    A.WRITE_CONTRACT_TEXT: _row(head=COMPANY, ops=COMPANY),
    A.VIEW_COLLECTIONS: _row(rep=OWN, sup=TEAM, reg=SUBTREE, head=COMPANY, ceo=COMPANY, ops=COMPANY, fin=COMPANY),
    A.RECORD_RECEIPT: _row(fin=COMPANY, ops=COMPANY),
    A.VIEW_REVIEWS: _row(rep=OWN, sup=TEAM, reg=SUBTREE, head=COMPANY, mkt=COMPANY, ceo=COMPANY, ops=COMPANY),
    A.ANSWER_REVIEW: _row(rep=OWN, sup=OWN),
    A.LEAD_REVIEW: _row(sup=TEAM, reg=SUBTREE, head=COMPANY),
    A.VIEW_LESSONS: _row(rep=COMPANY, sup=COMPANY, reg=COMPANY, head=COMPANY, mkt=COMPANY, ceo=COMPANY, ops=COMPANY),
    A.USE_LESSON: _row(rep=COMPANY, sup=COMPANY, reg=COMPANY, head=COMPANY, mkt=COMPANY, ops=COMPANY),
    A.RUN_REVIEWS: {},
    A.VIEW_LIVES: _row(rep=OWN, sup=TEAM, reg=SUBTREE, head=COMPANY, ceo=COMPANY, ops=COMPANY),
    A.HAND_OVER_CUSTOMER: _row(rep=OWN, sup=TEAM),
    A.RECEIVE_CUSTOMER: _row(sup=TEAM, reg=SUBTREE, ops=COMPANY),
    A.CARE_FOR_CUSTOMER: _row(rep=OWN, sup=TEAM, reg=SUBTREE, head=COMPANY, ops=COMPANY),
    A.ANSWER_COMPLAINT: _row(rep=OWN, sup=TEAM, reg=SUBTREE, head=COMPANY, ops=COMPANY),
    A.FOLLOW_ON: _row(rep=OWN, sup=TEAM),
    A.RUN_LIVES: {},
    A.VIEW_FORECASTS: _row(rep=OWN, sup=TEAM, reg=SUBTREE, head=COMPANY, ops=COMPANY),
    A.MAKE_FORECAST: _row(rep=OWN),
    A.REVIEW_FORECASTS: _row(sup=TEAM),
    A.VIEW_REPORTS: _row(sup=TEAM, reg=SUBTREE, head=COMPANY, ops=COMPANY),
    A.VIEW_COMMITMENTS: _row(rep=TEAM, sup=TEAM, reg=SUBTREE, head=COMPANY, ceo=COMPANY, ops=COMPANY),
    A.VIEW_ROLL_UP: _row(sup=TEAM, reg=SUBTREE, head=COMPANY, ceo=COMPANY, ops=COMPANY),
    A.SUBMIT_GROUP: _row(sup=TEAM, reg=TEAM, head=TEAM),
    A.RUN_FORECASTS: {},
    A.VIEW_MEETINGS: _row(rep=TEAM, sup=TEAM, reg=SUBTREE, head=COMPANY, mkt=OWN, ceo=COMPANY, ops=COMPANY),
    A.JOIN_MEETING: _row(rep=TEAM, sup=TEAM),
    A.LEAD_MEETING: _row(sup=TEAM),
    A.ADD_TO_AGENDA: _row(sup=TEAM, reg=SUBTREE, head=COMPANY),
    A.MANAGE_SCREENS: _row(sup=TEAM, reg=SUBTREE, ops=COMPANY),
    A.VIEW_ONE_TO_ONES: _row(rep=OWN, sup=TEAM, reg=SUBTREE, head=COMPANY),
    A.HOLD_ONE_TO_ONE: _row(sup=TEAM, reg=SUBTREE, head=COMPANY),
    A.HOLD_SHARING: _row(sup=TEAM, reg=SUBTREE, head=COMPANY),
    A.RUN_MEETINGS: {},
    A.VIEW_COACHING: _row(rep=OWN, sup=TEAM, reg=SUBTREE, head=COMPANY),
    A.COACH: _row(sup=TEAM, reg=SUBTREE, head=COMPANY),
    A.ANSWER_COACHING: _row(rep=OWN),
    A.VIEW_COACHING_EFFECT: _row(sup=TEAM, reg=SUBTREE, head=COMPANY, ceo=COMPANY, ops=COMPANY),
    A.SPOT_CHECK_COACHING: _row(met=COMPANY),
    A.RUN_COACHING: {},
    A.VIEW_SKILLS: _row(rep=OWN, sup=TEAM, reg=SUBTREE, head=COMPANY),
    A.RATE_SKILLS: _row(sup=TEAM, reg=SUBTREE, head=COMPANY),
    A.ASSESS_ONESELF: _row(rep=OWN, sup=OWN),
    A.VIEW_SKILL_TOTALS: _row(reg=SUBTREE, head=COMPANY, ceo=COMPANY, ops=COMPANY),
    A.VIEW_TODAY: _row(rep=OWN),
    A.VIEW_TEAM_TODAY: _row(sup=TEAM, reg=SUBTREE, head=COMPANY, ops=COMPANY),
    A.VIEW_BOARD: _row(reg=SUBTREE, head=COMPANY, mkt=COMPANY, ceo=COMPANY, ops=COMPANY),
}

MATRIX: Mapping[A, Mapping[Role, Reach]] = MappingProxyType(
    {ability: MappingProxyType(row) for ability, row in _TABLE.items()}
)
