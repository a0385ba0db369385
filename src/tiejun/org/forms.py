from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tiejun.access.roles import Role
from tiejun.engines.districts.shapes import Fault
from tiejun.org.rules import PLAIN_ROLES, drawn_ring
from tiejun.org.texts import LEAVE_KINDS, LEAVE_PARTS, ROLES, SHAPE_FAULTS, UNIT_KINDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from uuid import UUID

    from tiejun.org.models import ProductLine

    Choice = tuple[UUID, str]

EARLIEST, LATEST = date(2000, 1, 1), date(2099, 12, 31)


class DayField(forms.DateField):
    """A day, chosen with the device's own picker, between 2000 and 2099."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateInput(
            format="%Y-%m-%d", attrs={"type": "date", "min": EARLIEST.isoformat(), "max": LATEST.isoformat()}
        )
        super().__init__(widget=widget, input_formats=["%Y-%m-%d"], **kwargs)

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value is not None and not EARLIEST <= value <= LATEST:
            raise forms.ValidationError(_("Choose a day between 2000 and 2099."))


class IdChoice(forms.TypedChoiceField):
    """A choice among rows by id."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(coerce=_uuid, empty_value=None, **kwargs)


def _uuid(text: str) -> UUID:
    return forms.UUIDField().clean(text)  # type: ignore[no-any-return]


def _role_choices(roles: Iterable[Role]) -> list[tuple[str, str]]:
    return [(role.value, str(label)) for role, label in ROLES.items() if role in set(roles)]


class JoinForm(forms.Form):
    """A person joins."""

    name = forms.CharField(label=_("Name"), max_length=80)
    phone = forms.CharField(
        label=_("Phone"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )
    email = forms.EmailField(label=_("Mail"), required=False)
    unit_id = IdChoice(label=_("Unit"))
    role = forms.ChoiceField(label=_("Role"))
    joined_on = DayField(label=_("Joined on"))
    staff_number = forms.CharField(
        label=_("Staff number"), max_length=20, required=False, help_text=_("Left empty, the next number is taken.")
    )

    def __init__(self, *args: Any, units: Sequence[Choice], all_roles: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit_id"].choices = units  # type: ignore[attr-defined]
        self.fields["role"].choices = _role_choices(Role if all_roles else PLAIN_ROLES)  # type: ignore[attr-defined]


class PersonForm(forms.Form):
    """What changes about a person without changing their place."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    name = forms.CharField(label=_("Name"), max_length=80)
    email = forms.EmailField(label=_("Mail"), required=False)
    phone = forms.CharField(
        label=_("New phone"), max_length=40, required=False, help_text=_("Left empty, the number stays.")
    )
    forget_phone = forms.BooleanField(label=_("Remove the number"), required=False)


class LeavingForm(forms.Form):
    """A person leaves."""

    left_on = DayField(label=_("Last day"))


class MoveForm(forms.Form):
    """A person's own position changes."""

    unit_id = IdChoice(label=_("To unit"))
    role = forms.ChoiceField(label=_("Role"))
    starts_on = DayField(label=_("From"))

    def __init__(self, *args: Any, units: Sequence[Choice], all_roles: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit_id"].choices = units  # type: ignore[attr-defined]
        self.fields["role"].choices = _role_choices(Role if all_roles else PLAIN_ROLES)  # type: ignore[attr-defined]


class GrantForm(forms.Form):
    """A further role."""

    role = forms.ChoiceField(label=_("Role"))
    unit_id = IdChoice(label=_("At unit"))
    starts_on = DayField(label=_("From"))
    ends_on = DayField(label=_("Until"), required=False, help_text=_("Left empty, it holds until somebody ends it."))

    def __init__(self, *args: Any, units: Sequence[Choice], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit_id"].choices = units  # type: ignore[attr-defined]
        self.fields["role"].choices = _role_choices(Role)  # type: ignore[attr-defined]


class EndRoleForm(forms.Form):
    """A role ends."""

    ends_on = DayField(label=_("Last day"))


class ActingForm(forms.Form):
    """Somebody stands in for a leader."""

    person_id = IdChoice(label=_("Acting leader"))
    starts_on = DayField(label=_("From"))
    ends_on = DayField(label=_("Until"))

    def __init__(self, *args: Any, people: Sequence[Choice], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person_id"].choices = people  # type: ignore[attr-defined]


class UnitForm(forms.Form):
    """A new unit."""

    name = forms.CharField(label=_("Name"), max_length=80)
    kind = forms.ChoiceField(
        label=_("Kind"), choices=[(kind, label) for kind, label in UNIT_KINDS.items() if kind != "COMPANY"]
    )
    parent_id = IdChoice(label=_("Below"))

    def __init__(self, *args: Any, units: Sequence[Choice], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent_id"].choices = units  # type: ignore[attr-defined]


class RenameForm(forms.Form):
    """A unit's name."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    name = forms.CharField(label=_("Name"), max_length=80)


class ParentForm(forms.Form):
    """A unit's place in the tree."""

    parent_id = IdChoice(label=_("Below"))

    def __init__(self, *args: Any, units: Sequence[Choice], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent_id"].choices = units  # type: ignore[attr-defined]


class CloseForm(forms.Form):
    """A unit closes."""

    closed_on = DayField(label=_("Closed from"))


class TerritoryForm(forms.Form):
    """A territory and what it covers."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    name = forms.CharField(label=_("Name"), max_length=80)
    unit_id = IdChoice(label=_("Unit"))
    district_codes = forms.MultipleChoiceField(
        label=_("Districts"), required=False, widget=forms.CheckboxSelectMultiple
    )
    building_ids = forms.TypedMultipleChoiceField(
        label=_("Buildings"), required=False, coerce=_uuid, widget=forms.CheckboxSelectMultiple
    )
    segment_ids = forms.TypedMultipleChoiceField(
        label=_("Segments"),
        required=False,
        coerce=_uuid,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Nothing chosen: all of them."),
    )

    boundary = forms.CharField(
        label=_("Boundary"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "class": "t-code"}),
        help_text=_("Draw it on the map, or paste a polygon as GeoJSON: it takes in the buildings that stand inside."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        choices = {name: kwargs.pop(name) for name in ("units", "districts", "buildings", "segments")}
        super().__init__(*args, **kwargs)
        names = ("unit_id", "district_codes", "building_ids", "segment_ids")
        for name, offered in zip(names, choices.values(), strict=True):
            self.fields[name].choices = offered  # type: ignore[attr-defined]
        for name in names[2:]:
            if not self.fields[name].choices:  # type: ignore[attr-defined]
                del self.fields[name]

    def clean_boundary(self) -> tuple[tuple[float, float], ...]:
        """Read the boundary; one that cannot be taken says why."""
        ring = drawn_ring(self.cleaned_data["boundary"])
        if isinstance(ring, Fault):
            raise forms.ValidationError(SHAPE_FAULTS[ring])
        return ring

    def clean(self) -> dict[str, Any]:
        """Give what was not offered as nothing chosen."""
        super().clean()
        return {"building_ids": [], "segment_ids": [], **self.cleaned_data}


class WorkerForm(forms.Form):
    """Who works a territory, from when to when."""

    person_id = IdChoice(label=_("Person"))
    starts_on = DayField(label=_("First day"))
    ends_on = DayField(label=_("Last day"), required=False, help_text=_("Left empty, until further notice."))

    def __init__(self, *args: Any, people: Sequence[Choice], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person_id"].choices = people  # type: ignore[attr-defined]


class LeaveForm(forms.Form):
    """Days away."""

    person_id = IdChoice(label=_("Person"))
    kind = forms.ChoiceField(label=_("Kind"), choices=list(LEAVE_KINDS.items()), widget=forms.RadioSelect)
    part = forms.ChoiceField(
        label=_("How long"), choices=list(LEAVE_PARTS.items()), widget=forms.RadioSelect, initial="FULL"
    )
    starts_on = DayField(label=_("First day"))
    ends_on = DayField(label=_("Last day"), required=False, help_text=_("Left empty, it is one day."))
    note = forms.CharField(label=_("Note"), max_length=200, required=False)

    def __init__(self, *args: Any, people: Sequence[Choice], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person_id"].choices = people  # type: ignore[attr-defined]


class LoginForm(forms.Form):
    """A login for a person."""

    username = forms.CharField(
        label=_("User name"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
    )


class PeopleFilterForm(forms.Form):
    """The filters of the list; anything unreadable counts as no filter."""

    q = forms.CharField(required=False, max_length=80)
    unit = forms.UUIDField(required=False)
    role = forms.ChoiceField(required=False, choices=[("", ""), *((role.value, role.value) for role in Role)])
    state = forms.ChoiceField(required=False, choices=[("", ""), ("present", "present"), ("left", "left")])


class ProductLineForm(forms.Form):
    """What is sold, and at which list price; `taken`: the codes that a new one may not have."""

    code = forms.RegexField(
        r"^[\w.-]+$",
        label=pgettext_lazy("short name", "Code"),
        max_length=30,
        strip=True,
        help_text=_("Short, in capitals; it stays."),
    )
    name = forms.CharField(label=_("Name"), max_length=80)
    name_en = forms.CharField(label=_("Name in English"), max_length=80, required=False)
    currency = forms.RegexField(r"^[A-Z]{3}$", label=_("Currency"), max_length=3, initial="CNY")
    list_price_minor = forms.DecimalField(
        label=_("List price"), min_value=0, max_value=Decimal(10) ** 13, decimal_places=2,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "class": "t-num"}),
    )  # fmt: skip
    is_sold = forms.BooleanField(label=_("It is sold"), required=False, initial=True)
    is_trial = forms.BooleanField(
        label=_("It is a trial"),
        required=False,
        help_text=_(
            "A first taste at a low price. Whoever orders it is activated, and is to come to the full service."
        ),
    )

    def __init__(self, *args: Any, taken: Iterable[str] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        self.taken = frozenset(taken)

    @staticmethod
    def values_of(row: ProductLine) -> dict[str, Any]:
        """Return what the form shows of a product line."""
        names = ("code", "name", "name_en", "currency", "is_sold", "is_trial")
        return {name: getattr(row, name) for name in names} | {
            "list_price_minor": Decimal(row.list_price_minor).scaleb(-2)
        }

    def clean_code(self) -> str:
        """Return the code in capitals; one that another product line has is refused."""
        code: str = self.cleaned_data["code"].upper()
        if code in self.taken:
            raise forms.ValidationError(_("Another product line has this code."))
        return code

    def clean_list_price_minor(self) -> int:
        """Return the price in minor units."""
        price: Decimal = self.cleaned_data["list_price_minor"]
        return int(price.scaleb(2))
