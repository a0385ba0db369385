"""Words of running an installation: policy keys, groups, measures, choices, refusals, audit events, notices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from tiejun.foundation import audit, clock
from tiejun.foundation.refusals import register
from tiejun.inbox.rules import register_notices
from tiejun.operations.rules import Refusal

if TYPE_CHECKING:
    from tiejun.foundation.refusals import Words

RUN_STATES: dict[str, Words] = {
    "PLANNED": _("Planned"),
    "DUE": _("Due"),
    "RUNNING": _("Running"),
    "DONE": _("Done"),
    "FAILED": _("Failed"),
    "BLOCKED": _("Waits"),
}

clock.register({"operations.allotment": _("Nightly allotment")})

KEYS: dict[str, Words] = {
    "company.profile": _("Working profile"),
    "visit.daily_floor": _("Visits a day, at least"),
    "visit.daily_effective_min": _("Effective visits a day, at least"),
    "visit.daily_effective_target": _("Effective visits a day, goal"),
    "visit.min_minutes_cold": _("Shortest canvassing visit"),
    "visit.min_minutes_other": _("Shortest other visit"),
    "visit.in_range_metres": _("Distance that counts as on site"),
    "visit.half_day_at": _("Time that parts the day"),
    "visit.clock_tolerance_minutes": _("Tolerated error of the phone's clock"),
    "visit.photo_max_bytes": _("Largest photo"),
    "visit.confirmation_hours": _("Link for the customer is valid"),
    "visit.noon_floor": _("Visits until noon, at least"),
    "plan.shape": _("Visits planned for morning and afternoon"),
    "plan.due": _("Plan of tomorrow due"),
    "plan.days_ahead": _("Days that can be planned ahead"),
    "plan.service_minutes": _("Time at one stop"),
    "plan.unknown_leg_minutes": _("Time to a place without a position"),
    "plan.max_stops": _("Stops on one plan, at most"),
    "plan.extra_stops": _("Stops planned beyond the shape where there is room"),
    "plan.candidates_most": _("Companies that a plan chooses from, at most"),
    "plan.canvass_minutes": _("Canvass in an anchor's building"),
    "plan.backup_km": _("Reach of a backup"),
    "plan.appointment_minutes": _("Minutes that an appointment may start late"),
    "plan.meeting_hours": _("Hours in which customers can be met"),
    "plan.lunch_earliest": _("Lunch starts at the earliest"),
    "plan.lunch_latest": _("Lunch starts at the latest"),
    "plan.sign_chance": _("Chance to sign by closing class"),
    "plan.urgency": _("Weight of what is urgent"),
    "plan.visit_minor": _("Worth of a visit for itself"),
    "plan.detour_percent": _("Road compared with the straight line"),
    "plan.speed_kmh": _("Usual speed in the city, in km/h"),
    "plan.pace_by_hour": _("Speed of each hour compared with the usual one"),
    "plan.park_minutes": _("Minutes to park and sign in"),
    "plan.search_rounds": _("Rounds of the search for a day's plan"),
    "clock.plan_readable": _("Plan can be read"),
    "clock.briefing": _("Morning briefing"),
    "clock.departure": _("Departure"),
    "clock.noon": _("Midday pulse"),
    "clock.afternoon_pulse": _("Afternoon pulse"),
    "clock.evening_pulse": _("Evening pulse"),
    "clock.evening_meeting": _("Evening meeting"),
    "clock.meeting_minutes": _("Length of the evening meeting"),
    "clock.must_review": _("Must-review set computed"),
    "clock.daily_report": _("Daily report due"),
    "clock.soft_lock": _("Soft lock of the day"),
    "clock.hard_lock": _("Hard lock of the day"),
    "clock.lunch_start": _("Lunch begins"),
    "clock.lunch_end": _("Lunch ends"),
    "clock.anomaly_digest": _("Digest of anomalies"),
    "clock.return": _("Return from the field"),
    "clock.unsubmitted_reminder": _("Reminder of unsubmitted visits"),
    "clock.facts": _("Facts of the day computed"),
    "clock.seed_promise": _("Promise of the seed of the sample"),
    "clock.sampling": _("QA sampling"),
    "clock.lead_reminders_morning": _("Reminders of leads that run out, morning"),
    "clock.lead_reminders_afternoon": _("Reminders of leads that run out, afternoon"),
    "clock.reclaim": _("Reclaim run"),
    "clock.lead_scores": _("Scores of leads"),
    "clock.allocation": _("Nightly allocation"),
    "clock.expiry": _("Classes and claims expire"),
    "clock.proposals": _("Plans proposed"),
    "clock.attempts_max": _("Attempts of a failed run"),
    "clock.retry_minutes": _("Rest before the next attempt"),
    "clock.stuck_minutes": _("A run counts as lost after"),
    "worktime.hours_start": _("Working hours begin"),
    "worktime.hours_end": _("Working hours end"),
    "worktime.daily_warning": _("Warning of long days from"),
    "worktime.hard_quiet": _("No notices after"),
    "worktime.shift_at_most": _("After a longer day the next briefing is later by at most"),
    "calendar.extra_days_off": _("Further days off"),
    "calendar.extra_workdays": _("Further working days"),
    "calendar.weekdays": _("Working weekdays"),
    "calendar.declared_years": _("Years whose days are entered by the company"),
    "org.backdate_days": _("Positions may be dated back by"),
    "org.acting_max_days": _("Longest acting leadership"),
    "org.leave_max_days": _("Longest leave"),
    "golden.prior_alpha": _("Golden ratio: assumed deals"),
    "golden.prior_beta": _("Golden ratio: assumed other visits"),
    "golden.monthly_deals_goal": _("Deals a month, goal"),
    "effective_customer.window_days": _("An effective customer counts once within"),
    "forecast.high_multiplier": _("High forecast: times the median"),
    "forecast.high_percentile": _("High forecast: percentile"),
    "forecast.deviation": _("Deviation that must be explained"),
    "forecast.full_reviews_per_week": _("Full reviews of each person a week"),
    "forecast.review_minutes_budget": _("Minutes for one review"),
    "forecast.visit_capacity": _("Visits that a day can hold"),
    "forecast.large_deal_minor": _("A deal that makes a forecast high"),
    "forecast.deviation_sigma": _("Deviation in standard deviations"),
    "meetings.briefing_weekdays": _("Weekdays with a morning briefing"),
    "meetings.evening_weekdays": _("Weekdays with an evening meeting"),
    "meetings.group_size": _("People in a small group, at most"),
    "meetings.shares_least": _("Shares in each small group, at least"),
    "meetings.time_plan": _("Parts of the evening meeting: agenda, shares, drill, outcome"),
    "meetings.longest_minutes": _("An open meeting closes itself after"),
    "meetings.agenda_most": _("Items that the machine puts on an agenda, at most"),
    "meetings.drills_proposed": _("Drills proposed for an evening"),
    "meetings.scores_least": _("Blind scores before a round is revealed, at least"),
    "meetings.wall_seconds": _("A wall board looks for news every"),
    "meetings.wall_facts_seconds": _("The sums of a wall board are renewed every"),
    "meetings.screen_days": _("The address of a wall board lasts"),
    "meetings.weekly_team_most": _("Everybody has a weekly one-to-one in a team of, at most"),
    "meetings.sharing_speakers": _("The best who may be asked to share"),
    "meetings.fruitless_after": _("Meetings without an outcome before the question why"),
    "coaching.max_points": _("Coaching points at a time"),
    "coaching.per_week": _("Accompanied visits of each person a week"),
    "coaching.summary_due": _("Coaching summary due"),
    "coaching.feedback_minutes": _("Feedback at the latest after a visit"),
    "coaching.check_days": _("Working days on which a point is checked"),
    "coaching.used_times": _("A point is mastered after so many uses"),
    "coaching.hidden_days": _("A plan that was called off stays sealed for"),
    "coaching.effect_days": _("Working days before and after for the effect of coaching"),
    "coaching.spot_check_percent": _("Accompanied visits that are spot-checked"),
    "lead.allotment_min": _("Leads allotted, at least"),
    "lead.allotment_max": _("Leads allotted, at most"),
    "lead.allotment_lease_days": _("An allotment is kept for"),
    "lead.allotment_gini_most": _("Most uneven worth of the morning's lists (Gini)"),
    "lead.allotment_rounds": _("Attempts at even lists"),
    "lead.travel_minute_minor": _("Cost of a minute on the way, in minor units"),
    "lead.usual_deal_minor": _("A usual deal, in minor units"),
    "lead.conversion_weight": _("Holdings the company's conversion counts for"),
    "lead.prior_sign": _("Chance of signing by intent"),
    "lead.prior_source": _("How sources change the chance"),
    "lead.prior_effective_times": _("Effective customers per deal, before any are known"),
    "lead.score_effective_days": _("Score: an effective customer within"),
    "lead.score_sign_days": _("Score: signed within"),
    "lead.score_history_days": _("Score: history looked at"),
    "lead.score_learn_every_days": _("Score: learned again every"),
    "lead.score_least_rows": _("Score: finished tries needed"),
    "lead.score_least_outcomes": _("Score: tries of each outcome needed"),
    "lead.score_most_loss_percent": _("Score: log loss of the base rate's, at most"),
    "lead.private_cap_new": _("Private pool of a new person"),
    "lead.private_cap": _("Private pool"),
    "lead.private_cap_senior": _("Private pool of a senior person"),
    "lead.senior_after_days": _("Senior after"),
    "lead.swap_mode": _("Swapping leads"),
    "lead.daily_claim_limit": _("Claims a day"),
    "lead.first_contact_hours": _("First contact due within"),
    "lead.no_follow_up_days": _("Reclaimed without follow-up after"),
    "lead.no_deal_days": _("Reclaimed without a deal after"),
    "lead.credit_days_visit": _("A visit keeps a lead for"),
    "lead.credit_days_call": _("A call keeps a lead for"),
    "lead.credit_days_message": _("A message keeps a lead for"),
    "lead.cooldown_release_days": _("Pause after a release"),
    "lead.cooldown_reclaim_days": _("Pause after a reclaim"),
    "lead.cooldown_swap_days": _("Pause after a swap"),
    "lead.ring_days": _("Days on the ring of deadlines"),
    "lead.max_tenures_before_rest": _("Owners before a lead rests"),
    "lead.new_rep_days": _("A person is new for"),
    "lead.new_rep_fresh_share": _("Fresh leads for new people"),
    "lead.first_contact_hours_hot": _("First contact of a hot lead due within"),
    "lead.reminder_shares": _("Reminders at these shares of the time"),
    "lead.reminder_last_hours": _("Last reminder before the deadline"),
    "lead.bulk_most": _("Most leads of one bulk action"),
    "lead.undo_minutes": _("Minutes in which a bulk action can be taken back"),
    "lead.leaver_days": _("Days until what a leaver held goes to the pools"),
    "lead.next_holder_weights": _("Next holder: nearness, won industry, room, newcomer"),
    "lead.extension_max": _("Extensions of one holding"),
    "lead.rest_days": _("A resting lead rests for"),
    "lead.daily_view_limit": _("Leads of the pool opened a day"),
    "lead.invalid_calls": _("Failed calls before a number is wrong"),
    "lead.evidence_note_length": _("Length of the words of evidence"),
    "lead.give_back_weights": _("Worth of keeping a lead: chance, warmth, time, nearness"),
    "lead.silent_days": _("A lead is silent after"),
    "lead.far_km": _("A lead is far away from"),
    "lead.foreign_visits_allowed": _("Visits of colleagues at a holder's doors"),
    "lead.foreign_visits_leave_days": _("After too many of them a lead is kept for"),
    "lead.extension_days": _("An extension lasts"),
    "customer.duplicate_confidence": _("Two companies are proposed as one from"),
    "customer.merge_undo_days": _("A merge can be undone for"),
    "marketing.accept_score": _("An inbound record becomes a lead from"),
    "marketing.high_score": _("Intent is high from"),
    "marketing.auto_accept": _("Accept records by their score alone"),
    "marketing.intent_weights": _("Weights of the intent questions"),
    "marketing.duplicate_days": _("A record repeats an earlier one within"),
    "marketing.form_per_hour": _("Public forms from one address an hour"),
    "marketing.form_min_seconds": _("A person needs for a form at least"),
    "marketing.form_valid_hours": _("An opened form can be sent for"),
    "marketing.registration_contact_days": _("First contact after registration within"),
    "marketing.registration_fresh_days": _("A registration is new for"),
    "marketing.invalid_sample_percent": _("Invalid marks checked at random"),
    "objection.experienced_after_days": _("Experienced in objections after"),
    "class_a.renewals": _("Renewals of class A"),
    "class_b.next_step_days": _("Next step of class B due within"),
    "value_tier.amount_high": _("High value from an amount of"),
    "value_tier.amount_middle": _("Middle value from an amount of"),
    "value_tier.capital_high": _("High value from a registered capital of"),
    "value_tier.capital_middle": _("Middle value from a registered capital of"),
    "qa.random_rate": _("QA: drawn at random"),
    "qa.risk_rate": _("QA: drawn by risk"),
    "qa.second_look_rate": _("QA: checked by two inspectors"),
    "qa.audit_sensitivity": _("QA: share of invented visits that a check finds"),
    "qa.audit_specificity": _("QA: share of true visits that a check leaves alone"),
    "qa.truth_window_days": _("Truth rate looks back"),
    "qa.customer_contact_gap_days": _("QA asks a customer again after"),
    "qa.response_days": _("Days to respond to a case"),
    "qa.appeal_days": _("Days to appeal"),
    "pipeline.close_date_pushes": _("Pushed close dates before a talk"),
    "pipeline.approval_limit_minor": _("Orders a supervisor approves up to"),
    "pipeline.discount_limit_percent": _("Discount without approval"),
    "pipeline.collection_days": _("Payment due after signing"),
    "pipeline.dormant_days": _("An opportunity sleeps after"),
    "pipeline.proof_window_days": _("A visit proves a stage within"),
    "pipeline.overdue_reminder": _("Reminder of overdue payments"),
    "pipeline.scan_max_bytes": _("Largest scanned contract"),
    "privacy.location_retention_days": _("Raw locations are kept for"),
    "fields.advised": _("Custom fields that people will fill in"),
    "fields.most": _("Custom fields at most"),
    "exchange.import_max_bytes": _("Largest file to import"),
    "exchange.import_max_rows": _("Rows of one import"),
    "exchange.import_batch_rows": _("Rows written together"),
    "exchange.token_days_max": _("Longest life of a token"),
    "exchange.tokens_per_person": _("Living tokens of a person"),
    "exchange.token_requests_per_minute": _("Requests of a token a minute"),
    "insight.rank_min_n": _("Cases before a comparison is shown"),
    "insight.churn_days": _("Days without an order after which a customer has left"),
    "incentives.recognise": _("A deal counts when"),
    "incentives.payable": _("Commission is payable when"),
    "tier.thresholds": _("Bronze, silver, gold from"),
    "tier.rates": _("Rates of bronze, silver, gold"),
}

GROUPS: dict[str, Words] = {
    "company": _("Company"),
    "visit": _("Visits"),
    "plan": _("Day plan"),
    "clock": _("Business clock"),
    "worktime": _("Working time"),
    "calendar": _("Calendar"),
    "org": _("People and units"),
    "golden": _("Golden ratio"),
    "effective_customer": _("Effective customers"),
    "forecast": _("Forecast"),
    "meetings": _("Meetings"),
    "coaching": _("Coaching"),
    "lead": _("Leads"),
    "marketing": _("Marketing"),
    "objection": _("Objections"),
    "customer": _("Customers"),
    "class_a": _("Class A"),
    "value_tier": _("Value tier"),
    "class_b": _("Class B"),
    "qa": _("QA"),
    "pipeline": _("From opportunity to cash"),
    "privacy": _("Privacy"),
    "fields": _("Custom fields"),
    "exchange": _("Import and programs"),
    "insight": _("Insight"),
    "incentives": _("Incentives"),
    "tier": _("Medal tiers"),
}

MEASURES: dict[str, Words] = {
    "attempts": _("attempts"),
    "bytes": _("bytes"),
    "calls": _("calls"),
    "cases": _("cases"),
    "characters": _("characters"),
    "companies": _("companies"),
    "days": _("days"),
    "deals": _("deals"),
    "extensions": _("extensions"),
    "forms": _("forms"),
    "hours": _("hours"),
    "kilometres": _("kilometres"),
    "leads": _("leads"),
    "metres": _("metres"),
    "minor units": _("minor units"),
    "minutes": _("minutes"),
    "people": _("people"),
    "percent": _("percent"),
    "points": _("points"),
    "pushes": _("pushes"),
    "renewals": _("renewals"),
    "requests": _("requests"),
    "reviews": _("reviews"),
    "rows": _("rows"),
    "seconds": _("seconds"),
    "stops": _("stops"),
    "tenures": _("owners"),
    "tokens": _("tokens"),
    "visits": _("visits"),
    "visits a week": _("visits a week"),
    "working days": _("working days"),
    "working hours": _("working hours"),
}

CHOICES: dict[str, Words] = {
    "light": _("Light"), "standard": _("Standard"), "iron": _("Iron"),
    "at_cap": _("At the cap"), "always": _("Always"), "off": _("No"), "on": _("Yes"),
    "signed": _("It is signed"), "collected": _("It is collected"),
}  # fmt: skip

AUDIT_EVENTS: dict[str, Words] = {
    "operations.clock_ticked": _("Business clock went on"),
    "operations.allotment_asked": _("Look ahead at the allotment asked for"),
    "operations.allotment_asked_again": _("Repetition of an allotment asked for"),
    "operations.clock_event_done": _("Event of the clock done"),
    "operations.clock_event_failed": _("Event of the clock failed"),
    "operations.clock_event_started_by_hand": _("Event of the clock started by hand"),
    "operations.clock_event_retried": _("Event of the clock tried again"),
    "operations.policy_drafted": _("Policy drafted"),
    "operations.policy_approved": _("Policy put in force"),
    "operations.policy_withdrawn": _("Policy withdrawn"),
    "operations.audit_check_asked": _("Audit chain checked on demand"),
    "operations.audit_checked": _("Audit chain checked"),
}

REFUSALS = register(
    {
        Refusal.ALREADY_DONE: _("This was already done."),
        Refusal.ALREADY_RUNNING: _("This is running already."),
        Refusal.NOT_FAILED: _("Only a failed run can be tried again."),
        Refusal.BLOCKED: _("%(event)s must succeed first."),
        Refusal.EVENT_GONE: _("This installation no longer has this event."),
        Refusal.UNIT_CLOSED: _("This unit is closed."),
        Refusal.SAME_PERSON: _("You wrote this draft. Another person must approve it."),
        Refusal.NEEDS_SECOND_PERSON: _("This value is sensitive: another person has to approve it."),
        Refusal.NOT_A_DRAFT: _("This is no longer a draft."),
        Refusal.ALREADY_ENDED: _("This version has ended already."),
        Refusal.SAME_VALUE: _("This value is in force already."),
        Refusal.ORDER_BROKEN: _("%(first)s may not be larger or later than %(second)s."),
    }
)

audit.register(AUDIT_EVENTS)

register_notices(
    {"operations.clock_event_failed": _("%(event)s failed for %(unit)s on %(day)s. What follows it waits.")}
)


def words_of_key(key: str) -> str:
    """Return the name of a policy key in the active language; the key itself where words are missing."""
    return str(KEYS.get(key, key))


def words_of_group(group: str) -> str:
    """Return the name of a group of keys."""
    return str(GROUPS.get(group, group))


def words_of_measure(measure: str) -> str:
    """Return a unit of measurement in the active language."""
    return str(MEASURES.get(measure, measure))


def words_of_choice(value: str) -> str:
    """Return the name of a choice of a policy."""
    return str(CHOICES.get(value, value))


def shown_value(value: Any) -> str:
    """Write a policy's value for people: clock times past midnight say so, lists and mappings are joined."""
    match value:
        case bool():
            return say("Yes") if value else say("No")
        case str() if len(value) == 5 and value[2] == ":" and value[:2].isdigit():
            hours = int(value[:2])
            return (
                value
                if hours < 24
                else pgettext("clock time", "%(time)s the next day") % {"time": f"{hours - 24:02}{value[2:]}"}
            )
        case str():
            return words_of_choice(value)
        case list():
            return " / ".join(str(item) for item in value) or "\N{EN DASH}"
        case dict():
            return ", ".join(sorted(value)) or "\N{EN DASH}"
    return str(value)
