"""Customers for life: hand-over after signing, six steps, health, renewals, referrals, complaints, surveys."""
