from __future__ import annotations

from django.db import models
from django.db.models import Q

from tiejun.foundation.ids import new_id
from tiejun.foundation.times import sane_times
from tiejun.lists.rules import MOST_CHARACTERS


class SavedView(models.Model):
    """A list as somebody likes it: `state` is the address of the page, narrowed to what the list itself knows.

    A view is kept by one person. With a unit it is shown to everybody of that unit and below; it never shows a row more than
    its reader would see without it, because the page reads under the reader's scope.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=40)
    name = models.CharField(max_length=60)
    state = models.CharField(max_length=MOST_CHARACTERS, default="", blank=True)
    person = models.ForeignKey("org.Person", on_delete=models.PROTECT, db_index=False, related_name="+")
    unit = models.ForeignKey("org.Unit", null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    is_default = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "kind", "name"], name="one_view_per_name_and_person"),
            models.UniqueConstraint(
                fields=["person", "kind"],
                condition=Q(is_default=True, unit=None),
                name="one_default_view_per_person",
            ),
            models.UniqueConstraint(
                fields=["unit", "kind"],
                condition=Q(is_default=True, unit__isnull=False),
                name="one_default_view_per_unit",
            ),
            sane_times("view_times_are_sane", "changed_at"),
        ]
        indexes = [
            models.Index(fields=["unit", "kind"], condition=Q(unit__isnull=False), name="views_shared_with_a_unit")
        ]
