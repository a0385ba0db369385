"""Which companies of a list may be one and the same: cheap keys bring candidates together, a judgement with reasons decides.

Pure: records in, keys and judgements out. Who keeps the keys decides how candidates are brought together (``keys_of``: two
records with a key in common are worth a judgement; a key that many share says nothing and is passed over).
"""

from tiejun.engines.duplicates.judging import MOST_IN_A_KEY, Judgement, Reason, judged
from tiejun.engines.duplicates.records import Record, keys_of, record_of
from tiejun.engines.duplicates.sites import Site, site_of

__all__ = ["MOST_IN_A_KEY", "Judgement", "Reason", "Record", "Site", "judged", "keys_of", "record_of", "site_of"]
