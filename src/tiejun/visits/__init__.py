"""Day plans, visits, evidence, the verdict, the evening lock and amendments: what happened in the field.

Its words: a *day plan* has *items* (stops); a *visit* is started by a check-in or recorded at once; its *verdict* is
computed, never entered; the *day lock* freezes a day's counts; afterwards only *amendments* and *count adjustments*.
It announces `VisitRecorded`.
"""
