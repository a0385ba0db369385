"""Working days of China with shifted days, working minutes, deadlines, the business day.

- ``workdays.calendar``  ``WorkCalendar``, ``day_kind``, ``is_workday``, ``workdays_in``,
  ``workdays_between``, ``add_workdays``, ``YearNotAnnounced``
- ``workdays.hours``     ``WorkingHours``, ``Pause``, ``pause_of_days``, ``deadline_after``,
  ``working_minutes_between``, ``moment_before``, ``working_span_at``, ``deadline_in_workdays``
- ``workdays.business_day``  ``business_day``, ``business_day_bounds``
- ``workdays.announced`` the one file that reads the library of announced days

The State Council announces a year's days off and shifted working days late in the year
before. A year that is not announced yet is an outcome with a name (``YearNotAnnounced``),
never a guess.
"""
