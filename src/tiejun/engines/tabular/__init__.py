"""Foreign tables: what a file is, where its header row is, which column is what, what cells say.

- ``tabular.sniff``    ``file_kind``, ``sniff_encoding``, ``sniff_delimiter``: pure functions on the
  first bytes or lines of a file
- ``tabular.columns``  ``find_header_row``, ``match_columns``, ``field_of_header``, ``FIELDS``:
  the header row and the meaning of columns by known headers, in Chinese and English
- ``tabular.values``   ``cell_text``, ``is_empty``, ``parse_date``, ``parse_amount``, ``unit_in_header``:
  dates (with Excel serials) and amounts of money; ``Unreadable`` names what is wrong

Nothing here opens a file or keeps a table in memory.
"""
