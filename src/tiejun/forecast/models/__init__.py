from tiejun.forecast.models.daily import DailyDeal, DailyForecast
from tiejun.forecast.models.months import ForecastSnapshot, GroupForecast, GroupLine, MonthlyForecast
from tiejun.forecast.models.reviews import DailyReport, ForecastReview
from tiejun.forecast.models.weeks import WeeklyForecast

__all__ = [
    "DailyDeal",
    "DailyForecast",
    "DailyReport",
    "ForecastReview",
    "ForecastSnapshot",
    "GroupForecast",
    "GroupLine",
    "MonthlyForecast",
    "WeeklyForecast",
]
