from tiejun.leads.models.leads import Lead
from tiejun.leads.models.pools import Pool, PoolSeat
from tiejun.leads.models.tenures import Cooldown, FollowUp, LeadTenure

__all__ = ["Cooldown", "FollowUp", "Lead", "LeadTenure", "Pool", "PoolSeat"]
