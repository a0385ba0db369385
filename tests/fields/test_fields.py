"""Custom fields from their definition to the record, the list, the file and the program."""

import json

import pytest
from django.db import connection
from django.urls import reverse

from tests.factories.customers import make_company
from tests.factories.leads import make_held_lead, make_lead
from tests.factories.org import NOW, scope_for
from tiejun.access.scope import PermissionRefused, Scope
from tiejun.customers.actions.fields import write_fields as write_company
from tiejun.customers.actions.merging import merge_companies, undo_merge
from tiejun.customers.models import Company
from tiejun.fields.actions import FieldWish, define_field, edit_field, restore_field, retire_field
from tiejun.fields.models import CustomField, FieldChange
from tiejun.foundation.ids import new_id
from tiejun.foundation.refusals import Invalid, NotFound, Refused, Stale
from tiejun.leads.actions.fields import write_fields as write_lead
from tiejun.leads.models import Lead
from tiejun.leads.queries.lists import LeadFilters, leads_page, pool_page

pytestmark = pytest.mark.django_db


def key() -> dict[str, str]:
    return {"client_key": str(new_id())}


def test_only_sales_operations_define_fields(world) -> None:
    for person in (world.rep, world.head):
        with pytest.raises(PermissionRefused):
            define_field(scope_for(person), subject="LEAD", kind="TEXT", wish=FieldWish("X"), now=NOW)
    assert CustomField.objects.filter(name="X").count() == 0
    assert world.client(world.rep).get(reverse("fields:desk")).status_code == 403


def test_a_name_is_taken_once_and_a_version_is_written_once(world) -> None:
    ops = scope_for(world.ops)
    with pytest.raises(Refused) as taken:
        world.define("TEXT", name="规模")
    wish = FieldWish("规模", "Size", least=1, most=90)
    edit_field(ops, field_id=world.size.pk, version=1, wish=wish, now=NOW)
    with pytest.raises(Stale):
        edit_field(ops, field_id=world.size.pk, version=1, wish=wish, now=NOW)

    assert taken.value.code == "name_taken"
    with pytest.raises(Invalid):
        world.write(size="91")


def test_values_are_written_kept_in_history_and_refused_with_their_reason(world) -> None:
    world.write(size="12", note="morning")
    world.write(size=15)
    with pytest.raises(Invalid) as wrong:
        world.write(size="many", strange="1")

    assert Lead.objects.get(pk=world.lead.pk).custom == {"size": 15, "note": "morning"}
    assert set(wrong.value.errors) == {"size", "strange"}
    changes = FieldChange.objects.order_by("pk").values_list("field__key", "was", "became", "changed_by")
    assert list(changes) == [
        ("note", None, "morning", world.rep.pk), ("size", None, 12, world.rep.pk), ("size", 12, 15, world.rep.pk),
    ]  # fmt: skip


def test_only_who_holds_the_lead_or_leads_the_holder_writes(world) -> None:
    with pytest.raises(NotFound):
        world.write(world.stranger, size=3)
    with pytest.raises(PermissionRefused):
        world.write(world.ops, size=3)

    assert Lead.objects.get(pk=world.lead.pk).custom is None
    assert world.write(world.head, size=3).custom == {"size": 3}


def test_a_retired_field_keeps_its_values_and_comes_back_with_them(world) -> None:
    ops = scope_for(world.ops)
    world.write(note="morning")
    retire_field(ops, field_id=world.note.pk, now=NOW)

    page = world.client(world.rep).get(reverse("leads:lead", args=[world.lead.pk])).content.decode()
    assert "Fields that are used no more" in page
    assert "morning" in page
    with pytest.raises(Invalid):
        world.write(note="evening")
    restore_field(ops, field_id=world.note.pk, now=NOW)
    assert world.write(note="evening").custom == {"note": "evening"}


def test_the_form_says_what_is_wrong_and_loses_nothing(world) -> None:
    client, url = world.client(world.rep), reverse("leads:fields", args=[world.lead.pk])
    mark = client.get(url).context["form"].mark

    wrong = client.post(url, {**key(), "mark": mark, "size": "many", "note": "typed", "uses": "own"})
    assert wrong.status_code == 422
    assert "Write a number." in wrong.content.decode()
    assert "typed" in wrong.content.decode()
    little = client.post(url, {**key(), "mark": mark, "size": "0", "note": "", "uses": "own"})
    assert "At least 1." in little.content.decode()
    good = client.post(url, {**key(), "mark": mark, "size": "7", "note": "typed", "uses": "own"})
    assert good.status_code == 302
    assert Lead.objects.get(pk=world.lead.pk).custom == {"size": 7, "note": "typed", "uses": "own"}


def test_a_colleague_who_wrote_meanwhile_is_shown_and_not_overwritten(world) -> None:
    client, url = world.client(world.rep), reverse("customers:fields", args=[world.company.pk])
    mark = client.get(url).context["form"].mark
    company = Company.objects.get(pk=world.company.pk)
    write_company(
        scope_for(world.head), company_id=company.pk, version=company.version, values={"ends": "2027-01-31"}, now=NOW
    )

    stale = client.post(url, {**key(), "mark": mark, "ends": "2026-12-01", "staff": "yes"})
    assert stale.status_code == 409
    assert "A colleague changed this meanwhile" in stale.content.decode()
    assert Company.objects.get(pk=company.pk).custom == {"ends": "2027-01-31"}
    mine = client.post(url, {**key(), "mark": stale.context["form"].mark, "ends": "2026-12-01", "staff": "yes"})
    assert mine.status_code == 302
    assert Company.objects.get(pk=company.pk).custom == {"ends": "2026-12-01", "staff": True}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"f.size.from": "10"}, 1), ({"f.size.from": "10", "f.size.to": "14"}, 0), ({"f.note": "MORN"}, 1),
        ({"f.note": "%"}, 0), ({"f.uses": "own"}, 1), ({"f.uses": "rival"}, 0), ({"f.uses": "no such"}, 1),
        ({"f.strange": "1"}, 1), ({"f.size.from": "x'; --"}, 1),
    ],
)  # fmt: skip
def test_lists_are_cut_by_custom_fields(world, query, found) -> None:
    world.write(size=15, note="in the morning", uses="own")

    page = leads_page(scope_for(world.rep), LeadFilters(custom=query))
    assert len(page.lines) == found
    assert world.client(world.rep).get(reverse("leads:mine"), query).status_code == 200


def test_customers_are_cut_by_day_and_by_yes_or_no(world) -> None:
    Company.objects.filter(pk=world.company.pk).update(custom={"ends": "2026-12-01", "staff": False})
    client = world.client(world.rep)

    def shown(**query):
        page = client.get(reverse("customers:list"), {"layout": "list", **query}).content.decode()
        return "Harbour Light Ltd" in page

    assert shown(**{"f.ends.to": "2026-12-01", "f.staff": "no"})
    assert not shown(**{"f.ends.from": "2026-12-02"})
    assert not shown(**{"f.staff": "yes"})


def test_before_a_claim_only_open_values_are_seen_and_can_be_filtered_by(world) -> None:
    scope = scope_for(world.rep)
    page = world.client(world.rep).get(reverse("leads:lead", args=[world.pooled.pk])).content.decode()

    assert ("40" in page, "ask for Lin" in page) == (True, False)
    assert [len(pool_page(scope, LeadFilters(custom=cut), None, NOW).lines) for cut in (
        {"f.size.from": "39"}, {"f.size.from": "41"}, {"f.note": "no such text"},
    )] == [1, 0, 1]  # fmt: skip
    rows = world.client(world.stranger).get("/api/v1/leads", {"list": "pool"}).json()["items"]
    assert [row["custom"] for row in rows] == [{"size": 40}]


def test_a_view_keeps_custom_filters(world) -> None:
    client = world.client(world.rep)
    state = "f.size.from=10&f.note=tea&owner__login=x&f.note__regex=("
    client.post(reverse("lists:save", args=["leads.mine"]), {**key(), "name": "Big", "state": state})

    opened = client.get("/api/v1/views", {"kind": "leads.mine"}).json()
    assert [view["state"] for view in opened] == ["f.note=tea&f.note__regex=%28&f.size.from=10"]
    assert client.get(reverse("leads:mine") + "?" + opened[0]["state"]).status_code == 200


def test_a_list_asks_the_same_however_many_rows(world) -> None:
    world.write(size=5)
    client, url = world.client(world.rep), reverse("leads:mine")
    client.get(url)
    with connection.execute_wrapper(counter := Counter()):
        client.get(url, {"f.size.from": "1"})
    for n in range(3):
        make_held_lead(world.rep, world.tree.group, company=make_company(f"More {n} Ltd"), custom={"size": 5})
    with connection.execute_wrapper(again := Counter()):
        client.get(url, {"f.size.from": "1"})
    assert counter.count == again.count


class Counter:
    def __init__(self) -> None:
        self.count = 0

    def __call__(self, execute, sql, params, many, context):
        self.count += 1
        return execute(sql, params, many, context)


def test_programs_read_define_and_write_fields(world) -> None:
    ops, rep = world.client(world.ops), world.client(world.rep)

    def send(client, method, path, body):
        answer = getattr(client, method)(
            f"/api/v1{path}", json.dumps(body), content_type="application/json",
            headers={"Idempotency-Key": str(new_id())},
        )  # fmt: skip
        return answer.status_code, answer.json()

    assert send(ops, "post", "/custom-fields", {"subject": "LEAD", "kind": "TEXT", "name": "Floor"})[0] == 201
    assert send(rep, "post", "/custom-fields", {"subject": "LEAD", "kind": "TEXT", "name": "Own"})[0] == 403
    assert [one["key"] for one in rep.get("/api/v1/custom-fields", {"subject": "LEAD"}).json()] == [
        "size", "note", "uses", "floor",
    ]  # fmt: skip
    path = f"/leads/{world.lead.pk}/fields"
    assert send(rep, "put", path, {"version": world.lead.version, "values": {"size": 9, "floor": "3"}}) == (
        200, {"size": 9, "floor": "3"},
    )  # fmt: skip
    stale = send(rep, "put", path, {"version": world.lead.version, "values": {"size": 8}})
    wrong = send(rep, "put", path, {"version": world.lead.version + 1, "values": {"size": "x"}})
    assert (stale[0], wrong[0], list(wrong[1]["errors"])) == (409, 422, ["size"])
    held = rep.get("/api/v1/leads", {"f.size.from": "9"}).json()["items"]
    assert [row["custom"] for row in held] == [{"size": 9, "floor": "3"}]
    company = send(rep, "put", f"/companies/{world.company.pk}/fields", {
        "version": Company.objects.get(pk=world.company.pk).version, "values": {"staff": True, "ends": None},
    })  # fmt: skip
    assert (company[0], company[1]["custom"]) == (200, {"staff": True})


def test_a_merge_joins_the_values_and_its_undoing_parts_them(world) -> None:
    other = make_company("Harbour Lights Ltd", custom={"ends": "2026-05-01", "staff": True})
    theirs = make_lead(other, custom={"size": 3, "note": "theirs"})
    Company.objects.filter(pk=world.company.pk).update(custom={"staff": False})
    world.write(size=15)
    scope = scope_for(world.head)

    merge = merge_companies(scope, survivor_id=world.company.pk, absorbed_id=other.pk, chosen={}, note="", now=NOW)
    assert Company.objects.get(pk=world.company.pk).custom == {"staff": False, "ends": "2026-05-01"}
    assert Lead.objects.get(pk=world.lead.pk).custom == {"size": 15, "note": "theirs"}
    undo_merge(scope, merge_id=merge.pk, now=NOW)
    assert Company.objects.get(pk=world.company.pk).custom == {"staff": False}
    assert Lead.objects.get(pk=world.lead.pk).custom == {"size": 15}
    assert Lead.objects.get(pk=theirs.pk).custom == {"size": 3, "note": "theirs"}


def test_a_renamed_answer_is_what_was_written_under_its_old_name(world) -> None:
    world.write(uses="自己做")
    url, client = reverse("fields:edit", args=[world.uses.pk]), world.client(world.ops)
    shown = client.get(url).content.decode()
    words = {**key(), "name": "在用", "name_en": "Uses", "version": "1"}
    unknown = client.post(url, {**words, **key(), "choices": "自营 | In-house | owned"})
    renamed = client.post(
        url, {**words, **key(), "choices": "同行 | Rival | rival\n自营 | In-house | own\n没有 | None"}
    )

    assert "自己做 | Own | own" in shown
    assert (unknown.status_code, renamed.status_code) == (409, 302)
    assert Lead.objects.get(pk=world.lead.pk).custom == {"uses": "own"}
    page = world.client(world.rep).get(reverse("leads:lead", args=[world.lead.pk])).content.decode()
    assert "In-house" in page
    world.uses.refresh_from_db()
    assert [one["key"] for one in world.uses.choices] == ["rival", "own", "none"]
    assert not any(one["is_retired"] for one in world.uses.choices)
    world.write(uses="自营")
    assert Lead.objects.get(pk=world.lead.pk).custom == {"uses": "own"}


def test_the_desk_shows_defines_retires_and_restores(world) -> None:
    client = world.client(world.ops)
    assert "Size" in client.get(reverse("fields:desk")).content.decode()
    url = reverse("fields:new", args=["LEAD"])
    bare = client.post(url, {**key(), "name": "Rank", "kind": "CHOICE", "choices": ""})
    made = client.post(url, {**key(), "name": "Rank", "kind": "CHOICE", "choices": "高 | High\n低 | Low"})
    row = CustomField.objects.get(name="Rank")
    edited = client.post(
        reverse("fields:edit", args=[row.pk]), {**key(), "name": "Rank", "choices": "高 | High", "version": "1"}
    )
    client.post(reverse("fields:retire", args=[row.pk]), key())

    assert (bare.status_code, made.status_code, edited.status_code) == (409, 302, 302)
    assert "Use again" in client.get(reverse("fields:desk")).content.decode()
    row.refresh_from_db()
    assert [(one["key"], one["is_retired"]) for one in row.choices] == [("high", False), ("low", True)]
    client.post(reverse("fields:restore", args=[row.pk]), key())
    row.refresh_from_db()
    assert row.retired_at is None
    assert client.get(reverse("fields:new", args=["PERSON"])).status_code == 404


def test_a_system_run_needs_no_person(world) -> None:
    scope = Scope.system("test")
    lead = write_lead(scope, lead_id=world.lead.pk, version=world.lead.version, values={"size": 2}, now=NOW)

    assert (lead.custom, FieldChange.objects.get().changed_by) == ({"size": 2}, None)


# -- the file ----------------------------------------------------------------------------------------------------------
