from tiejun.forecast.models.daily import DailyDeal, DailyForecast
from tiejun.forecast.models.reviews import DailyReport, ForecastReview, ReportSection

__all__ = ["DailyDeal", "DailyForecast", "DailyReport", "ForecastReview", "ReportSection"]
