from allauth.account import views as sign_in
from django.urls import URLPattern, URLResolver, include, path, re_path

from tiejun.org.views import account, leave, logins, people, positions, products, territories, units

app_name = "org"

urlpatterns = [
    path("", people.people_list, name="people"),
    path("join/", people.join, name="join"),
    path("<uuid:person_id>/", people.person, name="person"),
    path("<uuid:person_id>/edit/", people.edit, name="edit_person"),
    path("<uuid:person_id>/leaving/", people.leaving, name="leaving"),
    path("<uuid:person_id>/move/", positions.move, name="move_person"),
    path("<uuid:person_id>/grant/", positions.grant, name="grant_role"),
    path("<uuid:person_id>/roles/<uuid:position_id>/end/", positions.end, name="end_role"),
    path("<uuid:person_id>/login/", logins.create, name="create_login"),
    path("units/", units.tree, name="units"),
    path("units/add/", units.add, name="add_unit"),
    path("units/<uuid:unit_id>/rename/", units.rename, name="rename_unit"),
    path("units/<uuid:unit_id>/move/", units.move, name="move_unit"),
    path("units/<uuid:unit_id>/close/", units.close, name="close_unit"),
    path("units/<uuid:unit_id>/acting/", positions.acting, name="appoint_acting"),
    path("territories/", territories.territory_list, name="territories"),
    path("territories/make/", territories.make, name="make_territory"),
    path("territories/<uuid:territory_id>/edit/", territories.edit, name="edit_territory"),
    path("territories/<uuid:territory_id>/assign/", territories.assign, name="assign_territory"),
    path("territories/assignments/<uuid:assignment_id>/end/", territories.take, name="take_territory"),
    path("products/", products.product_list, name="products"),
    path("products/new/", products.new, name="new_product"),
    path("products/<uuid:product_line_id>/", products.edit, name="edit_product"),
    path("leave/", leave.month, name="leave"),
    path("leave/record/", leave.record, name="record_leave"),
    path("leave/<uuid:leave_id>/cancel/", leave.cancel, name="cancel_leave"),
    path("logins/", logins.logins_list, name="logins"),
    path("logins/<uuid:login_id>/reset/", logins.reset, name="reset_password"),
    path("logins/<uuid:login_id>/link/", logins.reset_link, name="reset_link"),
    path("logins/<uuid:login_id>/second-factor/forget/", logins.forget_second_factor, name="forget_second_factor"),
    path("logins/<uuid:login_id>/deactivate/", logins.deactivate, name="deactivate_login"),
    path("logins/<uuid:login_id>/reactivate/", logins.reactivate, name="reactivate_login"),
    path("account/", account.account, name="account"),
    path("account/language/", account.set_language, name="set_language"),
    path("account/theme/", account.set_theme, name="set_theme"),
    path("account/sessions/end-others/", account.end_other_sessions, name="end_other_sessions"),
    path("account/sessions/<int:session_id>/end/", account.end_session, name="end_session"),
]

# Under /accounts/: only what this product uses of the sign-in library; there is no sign-up and no page for mail addresses.
account_patterns: list[URLPattern | URLResolver] = [
    path("login/", account.SignInView.as_view(), name="account_login"),
    path("logout/", sign_in.logout, name="account_logout"),
    path("inactive/", sign_in.account_inactive, name="account_inactive"),
    path("reauthenticate/", sign_in.reauthenticate, name="account_reauthenticate"),
    path("password/change/", sign_in.password_change, name="account_change_password"),
    path("password/reset/", account.forgotten_password, name="account_reset_password"),
    path("password/reset/done/", sign_in.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        sign_in.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("password/reset/key/done/", sign_in.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    path("2fa/", include("allauth.mfa.urls")),
    # Names that the library's own pages resolve; there is nothing behind them.
    path("signup/", account.nothing_here, name="account_signup"),
    path("email/", account.nothing_here, name="account_email"),
    path("password/set/", account.nothing_here, name="account_set_password"),
]
