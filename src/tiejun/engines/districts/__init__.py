"""Administrative divisions: from text, address or credit code to today's division code.

- ``districts.divisions``  the tables: ``division``, ``city_of``, ``districts_in``,
  ``current_code``, ``place_names``
- ``districts.resolve``    ``district_of``, ``district_named``, ``district_of_credit_code``
- ``districts.places``     ``centre_of``, ``random_point_in`` for the districts of Hangzhou

Codes are the six digits of GB/T 2260. ``ATTRIBUTION.md`` beside the data names their sources.
"""
