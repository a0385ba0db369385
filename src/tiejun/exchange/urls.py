from django.urls import path

from tiejun.exchange.views import exports, imports, taken, tokens

app_name = "exchange"
urlpatterns = [
    path("imports/", imports.imports, name="imports"),
    path("imports/new/", imports.new, name="import_new"),
    path("imports/upload/", imports.upload, name="import_upload"),
    path("imports/<uuid:import_id>/", imports.detail, name="import"),
    path("imports/<uuid:import_id>/run/", imports.run, name="import_run"),
    path("imports/<uuid:import_id>/sheet/", imports.choose_sheet, name="import_sheet"),
    path("imports/<uuid:import_id>/cancel/", imports.cancel, name="import_cancel"),
    path("imports/<uuid:import_id>/faults.csv", imports.faults_file, name="import_faults"),
    path("exports/anomalies/", exports.anomalies, name="export_anomalies"),
    path("exports/channels/", exports.channels, name="export_channels"),
    path("exports/cohorts/", exports.cohorts, name="export_cohorts"),
    path("exports/growth/", exports.growth, name="export_growth"),
    path("exports/", taken.exports, name="exports"),
    path("exports/new/", taken.new, name="export_new"),
    path("exports/shown/", taken.shown, name="export_shown"),
    path("exports/<uuid:export_id>/", taken.detail, name="export"),
    path("exports/<uuid:export_id>/cancel/", taken.cancel, name="export_cancel"),
    path("exports/<uuid:export_id>/file/", taken.file, name="export_file"),
    path("tokens/", tokens.tokens, name="tokens"),
    path("tokens/issue/", tokens.issue, name="issue_token"),
    path("tokens/<uuid:token_id>/revoke/", tokens.revoke, name="revoke_token"),
]
