from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, Literal
from uuid import UUID

from ninja import Query, Router, Schema, Status
from pydantic import Field

from tiejun.fields import actions, queries
from tiejun.fields.actions import FieldWish
from tiejun.fields.rules import Answer
from tiejun.foundation.schemas import In, Line

if TYPE_CHECKING:
    from tiejun.foundation.web import TiejunRequest

router = Router(tags=["custom fields"])

Subject = Literal["LEAD", "CUSTOMER"]
Bound = Annotated[Decimal, Field(ge=-(10**13), le=10**13, decimal_places=4)]


class ChoiceOut(Schema):
    """An answer of a field."""

    key: str
    name: str
    name_en: str
    is_retired: bool


class FieldOut(Schema):
    """A custom field; `key` names it in the values of a record, in filters (`f.key`) and in the mapping of an import."""

    id: UUID
    subject: str
    key: str
    kind: str
    name: str
    name_en: str
    hint: str
    measure: str
    choices: list[ChoiceOut]
    least: float | None
    most: float | None
    is_open: bool
    is_retired: bool
    version: int


class ChoiceIn(In):
    """An answer in both languages; `key`: which of the present answers it is, to rename it."""

    name: Annotated[Line, Field(min_length=1, max_length=40)]
    name_en: Annotated[Line, Field(max_length=40)] = ""
    key: Annotated[Line, Field(max_length=30)] = ""


class FieldWords(In):
    """A field as it shall be."""

    name: Annotated[Line, Field(min_length=1, max_length=40)]
    name_en: Annotated[Line, Field(max_length=40)] = ""
    hint: Line = ""
    measure: Annotated[Line, Field(max_length=20)] = ""
    choices: Annotated[list[ChoiceIn], Field(max_length=200)] = []
    least: Bound | None = None
    most: Bound | None = None
    is_open: bool = False

    def wish(self) -> FieldWish:
        """Return it as the action takes it."""
        given = self.model_dump(include={"name", "name_en", "hint", "measure", "least", "most", "is_open"})
        return FieldWish(**given, choices=tuple(Answer(one.name, one.name_en, one.key) for one in self.choices))


class FieldEditIn(FieldWords):
    """A field that is changed; `version` as read."""

    version: Annotated[int, Field(ge=1, le=2**31 - 1)]


class FieldIn(FieldWords):
    """A new field."""

    subject: Subject
    kind: Literal["TEXT", "NUMBER", "DATE", "CHOICE", "YES_NO"]


class FieldsQuery(Schema):
    """Of what the fields are, and whether those that are used no more are wanted too."""

    subject: Subject
    with_retired: bool = False


@router.get("/custom-fields", response=list[FieldOut], summary="List custom fields")
def list_fields(request: TiejunRequest, wanted: Query[FieldsQuery]) -> Any:
    return queries.fields_of(request.scope, wanted.subject, with_retired=wanted.with_retired)


@router.post("/custom-fields", response={201: FieldOut}, summary="Define a custom field")
def define_field(request: TiejunRequest, body: FieldIn) -> Any:
    row = actions.define_field(request.scope, subject=body.subject, kind=body.kind, wish=body.wish(), now=request.now)
    return Status(201, queries.terms_of(request.scope, row))


@router.put("/custom-fields/{uuid:field_id}", response=FieldOut, summary="Change a custom field")
def edit_field(request: TiejunRequest, field_id: UUID, body: FieldEditIn) -> Any:
    row = actions.edit_field(request.scope, field_id=field_id, version=body.version, wish=body.wish(), now=request.now)
    return queries.terms_of(request.scope, row)


@router.post("/custom-fields/{uuid:field_id}/retire", response=FieldOut, summary="Retire a field")
def retire_field(request: TiejunRequest, field_id: UUID) -> Any:
    return queries.terms_of(request.scope, actions.retire_field(request.scope, field_id=field_id, now=request.now))


@router.post("/custom-fields/{uuid:field_id}/restore", response=FieldOut, summary="Use a field again")
def restore_field(request: TiejunRequest, field_id: UUID) -> Any:
    return queries.terms_of(request.scope, actions.restore_field(request.scope, field_id=field_id, now=request.now))
