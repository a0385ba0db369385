"""Pure Python: whole problems, solved without a database, a clock or hidden randomness.

An engine takes frozen dataclasses and plain values, and returns its answer with reasons.
Nothing here imports Django; a test blocks it and imports every engine.

- ``effectiveness``  was a visit effective, did it win a new effective customer, and why
- ``golden``         the golden ratio: need, visits a day, is the commitment physically possible
- ``workdays``       Chinese working days, working minutes, deadlines, the business day
- ``names``          company names, pinyin, search grams, credit codes, telephone numbers
- ``districts``      district text, address or credit code to division code, old and new names
- ``geo``            WGS-84, GCJ-02, BD-09; distance and travel time
- ``assignment``     who gets which lead tonight, with reasons: greatest expected value, fair, repeatable
- ``routing``        the best day of visits: which, in which order, with windows, appointments and lunch
- ``tabular``        encoding, header row and columns of a foreign table; dates and amounts in it
"""
