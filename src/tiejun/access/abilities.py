"""Every verb of the product, grouped by the module that owns it."""

from enum import StrEnum


class Ability(StrEnum):
    """One thing that a person may be allowed to do; the value is stable and used by tokens and audit."""

    # own account
    MANAGE_OWN_ACCOUNT = "account.manage_own"
    READ_NOTICES = "inbox.read"
    SEND_NOTICE = "inbox.send"
    SEARCH = "home.search"
    SAVE_VIEWS = "lists.save"
    SHARE_VIEWS = "lists.share"
    DEFINE_FIELDS = "fields.define"

    # people and units
    VIEW_PEOPLE = "org.view_people"
    MANAGE_PEOPLE = "org.manage_people"
    GRANT_ROLES = "org.grant_roles"
    MANAGE_LOGINS = "org.manage_logins"
    APPOINT_ACTING = "org.appoint_acting"
    SEE_STAFF_PHONE = "org.see_phone"
    MANAGE_UNITS = "org.manage_units"
    MANAGE_REFERENCE = "org.manage_reference"
    MANAGE_BUILDINGS = "org.manage_buildings"
    VIEW_TERRITORIES = "org.view_territories"
    MANAGE_TERRITORIES = "org.manage_territories"
    VIEW_LEAVE = "org.view_leave"
    RECORD_LEAVE = "org.record_leave"

    # running the installation
    VIEW_POLICIES = "operations.view_policies"
    DRAFT_POLICY = "operations.draft_policy"
    APPROVE_POLICY = "operations.approve_policy"
    VIEW_RUNS = "operations.view_runs"
    RUN_CLOCK = "operations.run_clock"
    VIEW_AUDIT = "operations.view_audit"
    VIEW_OWN_AUDIT = "operations.view_own_audit"

    # what is said to customers
    VIEW_SCRIPTS = "content.view"
    WRITE_SCRIPTS = "content.write"
    PUBLISH_SCRIPTS = "content.publish"

    # customers
    VIEW_CUSTOMERS = "customers.view"
    EDIT_CUSTOMER = "customers.edit"
    SEE_PHONE = "customers.see_phone"
    MERGE_CUSTOMERS = "customers.merge"
    FIND_DUPLICATES = "customers.find_duplicates"
    SET_CLOSING_CLASS = "customers.set_closing_class"

    # marketing
    VIEW_CAMPAIGNS = "marketing.view_campaigns"
    MANAGE_CAMPAIGNS = "marketing.manage_campaigns"
    MANAGE_SOURCES = "marketing.manage_sources"
    VIEW_INBOUND = "marketing.view_inbound"
    RECEIVE_INBOUND = "marketing.receive_inbound"
    CHECK_INBOUND = "marketing.check_inbound"
    MANAGE_TAGS = "marketing.manage_tags"
    VIEW_HANDOVERS = "marketing.view_handovers"
    VIEW_DISPUTES = "marketing.view_disputes"
    DISPUTE_INVALID = "marketing.dispute_invalid"
    DECIDE_DISPUTE = "marketing.decide_dispute"
    CHECK_INVALID = "marketing.check_invalid"
    RUN_MARKETING = "marketing.run"

    # leads
    VIEW_POOL = "leads.view_pool"
    VIEW_LEADS = "leads.view"
    CREATE_LEAD = "leads.create"
    CLAIM_LEAD = "leads.claim"
    RELEASE_LEAD = "leads.release"
    RECORD_FOLLOW_UP = "leads.record_follow_up"
    TRANSFER_LEAD = "leads.transfer"
    HAND_OVER = "succession.hand_over"
    UNDO_BULK = "leads.undo_bulk"
    MANAGE_POOLS = "leads.manage_pools"
    VIEW_ALLOTMENT = "leads.view_allotment"
    ASSIGN_LEADS = "leads.assign"
    RUN_ALLOTMENT = "leads.run_allotment"
    VIEW_SCORE_MODELS = "insight.view_score_models"
    RECLAIM_LEADS = "leads.reclaim"
    TRY_RECLAIM = "leads.try_reclaim"
    ADMINISTER_POOL = "leads.administer_pool"
    CLOSE_LEAD = "leads.close"
    REOPEN_LEAD = "leads.reopen"
    FREEZE_LEAD = "leads.freeze"
    REQUEST_EXTENSION = "leads.request_extension"
    DECIDE_EXTENSION = "leads.decide_extension"
    VIEW_OVERRIDES = "leads.view_overrides"

    # insight
    VIEW_ANOMALIES = "insight.view_anomalies"
    RAISE_ANOMALY = "insight.raise_anomaly"
    ACT_ON_ANOMALY = "insight.act_on_anomaly"
    CLOSE_ANOMALY = "insight.close_anomaly"
    RUN_ANOMALIES = "insight.run_anomalies"
    RUN_ROLL_UP = "insight.run_roll_up"

    # import, export, programs
    IMPORT_LEADS = "exchange.import_leads"
    MANAGE_TOKENS = "exchange.manage_tokens"

    # the field day
    VIEW_DAY_PLAN = "visits.view_day_plan"
    PLAN_DAY = "visits.plan_day"
    VIEW_VISITS = "visits.view"
    RECORD_VISIT = "visits.record"
    AMEND_VISIT = "visits.amend"
    SEE_LOCATION = "visits.see_location"
    LOCK_DAYS = "visits.lock_days"
    BRING_IN_VISITS = "visits.bring_in"
    BRING_IN_FORECASTS = "forecast.bring_in"
    CONFIRM_VISIT = "visits.confirm"
    ACCOMPANY_VISIT = "visits.accompany"
    VOID_VISIT = "visits.void"
    SEND_PULSES = "visits.send_pulses"

    # integrity
    WORK_QA_TASKS = "quality.work_tasks"
    VIEW_CASES = "quality.view_cases"
    MANAGE_CASES = "quality.manage_cases"
    SEE_CASE_LOCATION = "quality.see_location"
    ANSWER_CASE = "quality.answer_case"
    SIT_ON_PANEL = "quality.sit_on_panel"
    VIEW_TRUTH_RATE = "quality.view_truth_rate"
    VIEW_DRAWS = "quality.view_draws"
    VIEW_CALIBRATION = "quality.view_calibration"
    VIEW_OWN_INTEGRITY = "quality.view_own"
    RUN_QUALITY = "quality.run"

    # from opportunity to cash
    VIEW_PIPELINE = "pipeline.view"
    EDIT_OPPORTUNITY = "pipeline.edit_opportunity"
    SIGN_ORDER = "pipeline.sign_order"
    APPROVE_ORDER = "pipeline.approve_order"
    RECORD_CONTRACT = "pipeline.record_contract"
    WRITE_CONTRACT_TEXT = "pipeline.write_contract_text"
    PLAN_COLLECTION = "pipeline.plan_collection"
    VIEW_COLLECTIONS = "pipeline.view_collections"
    RECORD_RECEIPT = "pipeline.record_receipt"
    VIEW_REVIEWS = "pipeline.view_reviews"
    ANSWER_REVIEW = "pipeline.answer_review"
    LEAD_REVIEW = "pipeline.lead_review"
    VIEW_LESSONS = "pipeline.view_lessons"
    USE_LESSON = "pipeline.use_lesson"
    RUN_REVIEWS = "pipeline.run_reviews"

    # customers for life
    VIEW_LIVES = "success.view"
    HAND_OVER_CUSTOMER = "success.hand_over"
    RECEIVE_CUSTOMER = "success.receive"
    CARE_FOR_CUSTOMER = "success.care"
    ANSWER_COMPLAINT = "success.answer_complaint"
    FOLLOW_ON = "success.follow_on"
    RUN_LIVES = "success.run"

    # the forecast
    VIEW_FORECASTS = "forecast.view"
    MAKE_FORECAST = "forecast.make"
    REVIEW_FORECASTS = "forecast.review"
    VIEW_REPORTS = "forecast.view_reports"
    VIEW_COMMITMENTS = "forecast.view_commitments"
    VIEW_ROLL_UP = "forecast.view_roll_up"
    SUBMIT_GROUP = "forecast.submit_group"
    RUN_FORECASTS = "forecast.run"

    # meetings
    VIEW_MEETINGS = "meetings.view"
    JOIN_MEETING = "meetings.join"
    LEAD_MEETING = "meetings.lead"
    ADD_TO_AGENDA = "meetings.add_to_agenda"
    MANAGE_SCREENS = "meetings.manage_screens"
    VIEW_ONE_TO_ONES = "meetings.view_one_to_ones"
    HOLD_ONE_TO_ONE = "meetings.hold_one_to_one"
    HOLD_SHARING = "meetings.hold_sharing"
    RUN_MEETINGS = "meetings.run"
    # accompanied visits
    VIEW_COACHING = "coaching.view"
    COACH = "coaching.coach"
    ANSWER_COACHING = "coaching.answer"
    VIEW_COACHING_EFFECT = "coaching.view_effect"
    SPOT_CHECK_COACHING = "coaching.spot_check"
    RUN_COACHING = "coaching.run"
    # skills
    VIEW_SKILLS = "talent.view"
    RATE_SKILLS = "talent.rate"
    ASSESS_ONESELF = "talent.assess_oneself"
    VIEW_SKILL_TOTALS = "talent.view_totals"

    # pages that combine modules
    VIEW_TODAY = "home.view_today"
    VIEW_TEAM_TODAY = "home.view_team_today"
    VIEW_BOARD = "home.view_board"
