from django.urls import path

from tiejun.pipeline.views import collections, opportunities, orders

app_name = "pipeline"

urlpatterns = [
    path("", opportunities.overview, name="list"),
    path("companies/<uuid:company_id>/open/", opportunities.open_one, name="open"),
    path("companies/<uuid:company_id>/panel/", opportunities.company_panel, name="company-panel"),
    path("opportunities/<uuid:opportunity_id>/", opportunities.opportunity, name="opportunity"),
    path("opportunities/<uuid:opportunity_id>/edit/", opportunities.edit, name="edit"),
    path("opportunities/<uuid:opportunity_id>/lose/", opportunities.lose, name="lose"),
    path("opportunities/<uuid:opportunity_id>/reopen/", opportunities.reopen, name="reopen"),
    path("opportunities/<uuid:opportunity_id>/order/", orders.draft, name="draft"),
    path("orders/", orders.orders, name="orders"),
    path("orders/<uuid:order_id>/", orders.order, name="order"),
    path("orders/<uuid:order_id>/print/", orders.order_print, name="order-print"),
    path("orders/<uuid:order_id>/line/", orders.blank_line, name="order-line"),
    path("orders/<uuid:order_id>/totals/", orders.totals, name="order-totals"),
    path("orders/<uuid:order_id>/lines/", orders.save_lines, name="order-save"),
    path("orders/<uuid:order_id>/ask/", orders.ask_approval, name="order-ask"),
    path("orders/<uuid:order_id>/approve/", orders.approve, name="order-approve"),
    path("orders/<uuid:order_id>/decline/", orders.decline, name="order-decline"),
    path("orders/<uuid:order_id>/sign/", orders.sign, name="order-sign"),
    path("orders/<uuid:order_id>/cancel/", orders.cancel, name="order-cancel"),
    path("orders/<uuid:order_id>/amend/", orders.amend, name="order-amend"),
    path("orders/<uuid:order_id>/contract/", orders.contract, name="order-contract"),
    path("orders/<uuid:order_id>/plan/", collections.plan, name="order-plan"),
    path("orders/<uuid:order_id>/receive/", collections.receive, name="order-receive"),
    path("contracts/<uuid:contract_id>/scan/", orders.contract_file, name="contract-scan"),
    path("collections/", collections.collections, name="collections"),
    path("receipts/", collections.receipts, name="receipts"),
    path("receipts/<uuid:receipt_id>/confirm/", collections.confirm, name="receipt-confirm"),
    path("receipts/<uuid:receipt_id>/reverse/", collections.reverse_one, name="receipt-reverse"),
]
