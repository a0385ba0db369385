"""Trials by which customers began: written down from the facts, with what each led to."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from tiejun.success.models import CustomerTrial

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from tiejun.success.rules.life import LifeFacts, Trial

KEPT = ["order", "unit", "began_on", "due_on", "currency", "amount_minor", "full_order", "full_on", "full_currency", "full_minor"]  # fmt: skip


def _write_trials(facts: Mapping[UUID, LifeFacts], trial_days: int) -> None:
    """Write down what is known of the trials of companies; one that began with the full service has none."""
    known = {row.company_id: row for row in _locked(facts)}
    found = {company_id: one.trial for company_id, one in facts.items() if one.trial is not None}
    CustomerTrial.objects.filter(company__in=known.keys() - found.keys()).delete()
    new, changed = [], []
    for company_id, trial in found.items():
        row = known.get(company_id)
        if row is None:
            new.append(CustomerTrial(company_id=company_id, **_values(trial, None, trial_days)))
            continue
        values = _values(trial, row, trial_days)
        if any(getattr(row, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(row, name, value)
            changed.append(row)
    CustomerTrial.objects.bulk_create(new, batch_size=500)
    CustomerTrial.objects.bulk_update(changed, KEPT, batch_size=500)


def _locked(facts: Mapping[UUID, LifeFacts]) -> list[CustomerTrial]:
    return list(CustomerTrial.objects.select_for_update().filter(company__in=facts).order_by("pk"))


def _values(trial: Trial, row: CustomerTrial | None, trial_days: int) -> dict[str, Any]:
    """Return a trial's columns; its last day stays as it was promised when it began."""
    order, full = trial.order, trial.full
    is_kept = row is not None and row.began_on == order.signed_on
    return {
        "order_id": order.order_id, "unit_id": order.unit_id, "began_on": order.signed_on,
        "due_on": row.due_on if row and is_kept else order.signed_on + timedelta(days=trial_days),
        "currency": order.currency, "amount_minor": order.amount_minor,
        "full_order_id": full.order_id if full else None, "full_on": full.signed_on if full else None,
        "full_currency": full.currency if full else "", "full_minor": full.amount_minor if full else 0,
    }  # fmt: skip
