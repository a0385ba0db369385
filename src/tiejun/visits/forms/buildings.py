"""Buildings as they are reported from the field and kept by sales operations."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tiejun.engines.districts.datum import position
from tiejun.engines.geo import Datum
from tiejun.org.actions.buildings import BuildingFacts
from tiejun.visits import texts


class NewBuildingForm(forms.Form):
    """A building that is not in the reference, as the canvass page and the phone's outbox send it."""

    client_key = forms.UUIDField(required=False)
    name = forms.CharField(label=_("Name of the building"), max_length=120)
    district_code = forms.CharField(label=_("District"), max_length=6)
    address = forms.CharField(label=_("Street and number"), max_length=300, required=False)
    floors = forms.IntegerField(label=_("Floors"), min_value=1, max_value=200, required=False)
    entrance_note = forms.CharField(label=_("How one gets in"), max_length=300, required=False)

    def facts(self) -> BuildingFacts:
        """Return the building; call after `is_valid()`."""
        given = {name: value for name, value in self.cleaned_data.items() if name != "client_key"}
        return BuildingFacts(**given)


class BuildingForm(forms.Form):
    """A building of the reference; the position is copied from a map."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    name = forms.CharField(label=_("Name"), max_length=120)
    district_code = forms.ChoiceField(label=_("District"))
    address = forms.CharField(label=_("Address"), max_length=300, required=False)
    position = forms.CharField(
        label=_("Position"),
        max_length=60,
        help_text=_("Longitude and latitude as a map copies them, like 120.1551, 30.2741."),
    )
    datum = forms.ChoiceField(label=_("Copied from"))
    floors = forms.IntegerField(label=_("Floors"), min_value=1, max_value=200, required=False)
    doors = forms.IntegerField(label=_("Doors in all"), min_value=1, max_value=20_000, required=False)
    entrance_note = forms.CharField(label=_("How one gets in"), max_length=300, required=False)

    def __init__(self, *args: Any, districts: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["district_code"].choices = districts  # type: ignore[attr-defined]
        self.fields["datum"].choices = list(texts.DATUMS.items())  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Read the position as of the map that it comes from."""
        given = super().clean() or {}
        if "position" in given and "datum" in given:
            lng, _comma, lat = given["position"].replace("\uff0c", ",").replace(" ", ",").partition(",")
            given["place"] = position(lng, lat.strip(","), Datum(given["datum"]))
            if given["place"] is None:
                self.add_error("position", _("Write longitude and latitude, like 120.1551, 30.2741."))
        return given

    def facts(self) -> BuildingFacts:
        """Return the building; call after `is_valid()`."""
        names = ("name", "district_code", "address", "place", "floors", "doors", "entrance_note")
        return BuildingFacts(**{name: self.cleaned_data[name] for name in names})
