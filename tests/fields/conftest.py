"""A company with a custom field of each kind."""

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from tests.factories.customers import make_company
from tests.factories.leads import make_held_lead, make_lead
from tests.factories.org import NOW, make_company_tree, make_login, make_person, scope_for
from tiejun.access.roles import Role
from tiejun.fields.actions import FieldWish, define_field
from tiejun.fields.models import CustomField
from tiejun.fields.rules import Answer
from tiejun.leads.actions.fields import write_fields as write_lead
from tiejun.leads.models import Lead


class World:
    def __init__(self) -> None:
        self.tree = make_company_tree()
        self.rep = make_person(unit=self.tree.group)
        self.stranger = make_person(unit=self.tree.other_group)
        self.head = make_person(role=Role.SALES_HEAD, unit=self.tree.company)
        self.ops = make_person(role=Role.SALES_OPS, unit=self.tree.company)
        self.company = make_company("Harbour Light Ltd", owner=self.rep, unit=self.tree.group)
        self.lead = make_held_lead(self.rep, self.tree.group, company=self.company)
        self.pooled = make_lead(make_company("Riverside Ltd"), custom={"size": 40, "note": "ask for Lin"})
        self.size = self.define("NUMBER", name="规模", name_en="Size", least=1, is_open=True)
        self.note = self.define("TEXT", name="备注", name_en="Note")
        self.uses = self.define(
            "CHOICE", name="在用", name_en="Uses", choices=(Answer("自己做", "Own"), Answer("同行", "Rival"))
        )
        self.ends = self.define("DATE", "CUSTOMER", name="到期", name_en="Ends")
        self.staff = self.define("YES_NO", "CUSTOMER", name="技术", name_en="Staff")

    def define(self, kind, subject="LEAD", **wish) -> CustomField:
        return define_field(scope_for(self.ops), subject=subject, kind=kind, wish=FieldWish(**wish), now=NOW)

    def write(self, person=None, **values) -> Lead:
        self.lead.refresh_from_db()
        scope = scope_for(person or self.rep)
        return write_lead(scope, lead_id=self.lead.pk, version=self.lead.version, values=values, now=NOW)

    def client(self, person) -> Client:
        login = make_login(person)
        Authenticator.objects.create(user=login, type="totp", data={"secret": ""})
        client = Client(headers={"accept-language": "en"})
        client.force_login(login)
        return client


@pytest.fixture
def world(time_machine):
    time_machine.move_to(NOW, tick=False)
    return World()
