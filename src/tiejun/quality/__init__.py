"""What was reported can be believed: sampled verification, cases with due process, and the truth rate with its interval."""
