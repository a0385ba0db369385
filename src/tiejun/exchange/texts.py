"""Words of exchange: refusals, faults of files and rows, fields."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tiejun.engines.districts.datum import Ground
from tiejun.engines.geo import Datum
from tiejun.exchange.rules.exports import ExportFault, ExportRefusal
from tiejun.exchange.rules.imports import FileFault, Refusal, RowFault
from tiejun.exchange.rules.tokens import TokenRefusal
from tiejun.foundation import audit
from tiejun.foundation.refusals import register
from tiejun.inbox.rules import register_notices

REFUSALS = register(
    {
        ExportRefusal.TOO_MANY_EXPORTS: _("%(most)s of your exports are under way. Wait for one of them, or stop one."),
        ExportRefusal.TOO_MANY_ROWS: _(
            "This list has more than %(most)s rows. Narrow it: by unit, by person, by district or by a span of days."
        ),
        ExportRefusal.EXPORT_OVER: _("This export is already over."),
        ExportRefusal.NO_FILE: _("There is no file any more. Export the list again."),
        TokenRefusal.TOO_MANY_TOKENS: _("You have %(most)s living tokens already. Revoke one that is no longer used."),
        TokenRefusal.TOKEN_NAME_TAKEN: _("You have a token named %(name)s already."),
        TokenRefusal.TOKEN_WITHOUT_PERSON: _("Only a person who signs in can make a token."),
        Refusal.FILE_EMPTY: _("The file is empty."),
        Refusal.FILE_TOO_LARGE: _("The file is larger than %(limit)s MB. Cut it into parts."),
        Refusal.NOT_READ_YET: _("The file is still being read. It can be started in a moment."),
        Refusal.NAME_NOT_MAPPED: _("Choose the column that holds the company name."),
        Refusal.COLUMN_USED_TWICE: _("One column is chosen for two fields."),
        Refusal.HALF_A_POSITION: _(
            "A position needs both longitude and latitude: choose the other column, or leave both out."
        ),
        Refusal.DATUM_NOT_CHOSEN: _(
            "Say which maps the positions come from: a wrong choice moves them by 500 metres or more."
        ),
        Refusal.FIELD_CHOSEN_TWICE: _("One field is chosen for two columns."),
        Refusal.ALREADY_STARTED: _("This import was already started."),
        Refusal.NOT_RUNNING: _("This import is already over."),
        Refusal.POOL_CLOSED: _("This pool is closed. Choose another one."),
        Refusal.POOL_OR_CAMPAIGN: _("Choose a pool, or a campaign whose records marketing checks first."),
        Refusal.CONSENT_MISSING: _("Say on what basis these people may be contacted."),
        Refusal.CAMPAIGN_CLOSED: _("This campaign is closed."),
        Refusal.SOURCE_UNKNOWN: _("This source does not exist."),
        Refusal.SHEET_UNKNOWN: _("The file has no sheet of this name."),
        Refusal.NO_UNIT: _("You belong to no unit today, so the import would belong to nobody."),
    }
)

FILE_FAULTS = {
    FileFault.EMPTY: _("The file holds no rows."),
    FileFault.UNREADABLE: _("This is not a table that can be read. Save it as XLSX or CSV and try again."),
    FileFault.TOO_LARGE: _("The workbook unpacks to more than this server reads. Save the sheet as CSV and try again."),
    FileFault.TOO_MANY_ROWS: _("The table has more rows than one import takes. Cut it into parts."),
    FileFault.DOCUMENT_TYPE: _(
        "The workbook contains a document type declaration, which spreadsheets never need. It was not opened."
    ),
    FileFault.PROTECTED: _("The workbook is protected by a password. Remove it and try again."),
    FileFault.NO_TABLE: _("No header row was found. The first row should name the columns."),
    FileFault.WEB_PAGE: _("This is a web page with the ending of a table. Save it as XLSX or CSV and try again."),
    FileFault.BROKE_OFF: _(
        "Something went wrong on our side. What came in stays. Import the file again: what is known by then is left out."
    ),
}

EXPORT_FAULTS = {
    ExportFault.NOT_ALLOWED: _("You may not open this list any more."),
    ExportFault.BROKEN: _("Something went wrong on our side. Try it again."),
}
register_notices(
    {
        "exchange.export_ready": _("Your export %(name)s is ready: %(rows)s rows."),
        "exchange.export_failed": _("Your export %(name)s could not be made."),
    }
)

ROW_FAULTS = {
    RowFault.NAME_MISSING: _("The company name is missing"),
    RowFault.NAME_SHORT: _("The company name is too short"),
    RowFault.NAME_LONG: _("The company name is longer than 200 characters"),
    RowFault.CODE_LENGTH: _("The credit code does not have 18 characters"),
    RowFault.CODE_ALPHABET: _("The credit code has a character that codes never have"),
    RowFault.CODE_CHECK_DIGIT: _("The credit code does not match its check digit"),
    RowFault.CODE_WRONG: _("The credit code is wrong"),
    RowFault.PHONE_INVALID: _("The phone number is not valid"),
    RowFault.DISTRICT_UNKNOWN: _("The district is not known"),
    RowFault.DATE_INVALID: _("The date cannot be read"),
    RowFault.NO_CHANNEL: _("There is neither a phone nor an address"),
    RowFault.ADDRESS_LONG: _("The address is longer than 400 characters"),
    RowFault.UNREADABLE_CHARACTERS: _("The row has characters that cannot be read"),
    RowFault.POSITION_LEFT_OUT: _(
        "The position lies nowhere near its district, or is none: it was left out; the row came in"
    ),
    RowFault.HOURS_LEFT_OUT: _("The hours cannot be read and were left out; the row came in"),
    RowFault.VALUE_LEFT_OUT: _("The value does not fit its field and was left out; the row came in"),
    RowFault.CODE_MENDED: _("The credit code was mended (small letters, blanks or wide figures); the row came in"),
    RowFault.REPEATED_IN_FILE: _("The same company stands earlier in this file"),
    RowFault.OPEN_LEAD_EXISTS: _("The company is already a lead"),
    RowFault.NAME_UNREADABLE: _("The company name has no letters or characters"),
}

FIELDS = {
    "name": _("Company name"),
    "credit_code": _("Credit code"),
    "mobile": _("Mobile phone"),
    "phone": _("Phone"),
    "contact": _("Contact"),
    "title": _("Job title"),
    "province": _("Province"),
    "city": _("City"),
    "district": _("District"),
    "address": _("Address"),
    "industry": _("Industry"),
    "registered_on": _("Registered on"),
    "capital": _("Registered capital"),
    "lng": _("Longitude"),
    "lat": _("Latitude"),
    "opening_hours": _("Hours in which they can be met"),
}
DATUMS = {
    Datum.GCJ02.value: _("GCJ-02: Amap, Tencent and most Chinese maps"),
    Datum.BD09.value: _("BD-09: Baidu Maps"),
    Datum.WGS84.value: _("WGS-84: GPS devices, Tianditu, OpenStreetMap"),
}
GROUNDS = {
    Ground.HEADERS.value: _("The headers name it."),
    Ground.DISTRICTS.value: _("With it most rows lie in the district that they name."),
    Ground.USUAL.value: _("Nothing in the file tells: this is the usual one. Ask where the file comes from."),
}


def words_of_fault(code: str) -> str:
    """Return the words of a row's fault in the active language."""
    return str(ROW_FAULTS[RowFault(code)])


audit.register(
    {
        "exchange.export_asked": _("Export of a list asked for"),
        "exchange.export_made": _("List exported"),
        "exchange.export_cancelled": _("Export cancelled"),
        "exchange.export_stopped": _("Export stopped"),
        "exchange.export_failed": _("Export failed"),
        "exchange.shown_taken": _("Shown table taken out as a file"),
        "exchange.exports_cleared": _("Files of exports removed"),
        "exchange.batch_repeated": _("Batch of an import repeated"),
        "exchange.batch_taken": _("Batch of an import taken in"),
        "exchange.import_broke_off": _("Import broke off"),
        "exchange.import_cancelled": _("Import cancelled"),
        "exchange.import_finished": _("Import finished"),
        "exchange.import_read": _("Import file read"),
        "exchange.import_read_again": _("Import file to be read again"),
        "exchange.import_sheet_chosen": _("Sheet of an import chosen"),
        "exchange.import_started": _("Import started"),
        "exchange.import_stopped": _("Import stopped"),
        "exchange.import_unreadable": _("Import file not readable"),
        "exchange.import_uploaded": _("Import file uploaded"),
        "exchange.token_issued": _("Token issued"),
        "exchange.tokens_revoked": _("Tokens of a closed login revoked"),
        "exchange.token_revoked": _("Token revoked"),
    }
)


def words_of_export_fault(code: str) -> str:
    """Return why an export failed, in the active language; empty for no fault."""
    return str(EXPORT_FAULTS[ExportFault(code)]) if code else ""


def words_of_file_fault(code: str) -> str:
    """Return why a file could not be read, in the active language; empty for no fault."""
    return str(FILE_FAULTS[FileFault(code)]) if code else ""
