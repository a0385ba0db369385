"""Names and identities of companies: normal forms, pinyin, search grams, codes, telephones.

- ``names.company``      ``normalised_name``, ``short_name``
- ``names.folding``      ``folded``: half-width, case-folded letters and digits alone
- ``names.pinyin``       ``pinyin_initials``, ``pinyin_sort_key``
- ``names.search``       ``search_grams`` for the index, ``name_query`` for what is looked for,
  ``company_name`` for all derived values at once
- ``names.credit_code``  ``normalise_credit_code``, ``credit_code_fault``,
  ``registration_number_fault``, ``division_of_code``
- ``names.phone``        ``split_phones``, ``normalise_phone``, ``phone_fault``
- ``names.readings``     the one file that knows the library ``pypinyin``

Tables load at first use and stay: about 18 MB and half a second, once for a process.
"""
