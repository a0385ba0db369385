"""Scripts for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal
from uuid import UUID

from ninja import Router, Schema, Status
from pydantic import Field

from tiejun.content import actions, queries
from tiejun.content.rules import LONGEST_BODY, LONGEST_TITLE, Words
from tiejun.foundation.schemas import In, Line, Moment, Text

if TYPE_CHECKING:
    from tiejun.content.models import Script
    from tiejun.foundation.web import TiejunRequest

router = Router(tags=["scripts"])
Occasion = Literal["PITCH", "DEMO", "TRIAL_CLOSE", "OBJECTION"]
Title = Annotated[Line, Field(max_length=LONGEST_TITLE)]
Body = Annotated[Text, Field(max_length=LONGEST_BODY)]


class PublishedOut(Schema):
    """A published script in the asker's language; `seconds`: how long it takes to say."""

    script_id: UUID
    occasion: str
    title: str
    body: str
    number: int
    seconds: int
    published_at: Moment | None


class ScriptVersionOut(Schema):
    """A version of a script; without `published_at` it is the draft."""

    number: int
    title: str
    title_en: str
    body: str
    body_en: str
    why: str
    written_by_id: UUID | None
    written_at: Moment
    published_by_id: UUID | None
    published_at: Moment | None


class ScriptOut(Schema):
    """A script with its versions, the newest first."""

    id: UUID
    occasion: str
    retired_at: Moment | None
    version: int
    versions: list[ScriptVersionOut]


class ScriptWordsIn(In):
    """The words of a script; one language is enough."""

    title: Title = ""
    body: Body = ""
    title_en: Title = ""
    body_en: Body = ""

    def words(self) -> Words:
        """Return them as the action takes them."""
        return Words(self.title, self.body, self.title_en, self.body_en)


class ScriptIn(ScriptWordsIn):
    """A new script."""

    occasion: Occasion


class DraftIn(ScriptWordsIn):
    """The draft of the next version; `version` of the script as read."""

    version: Annotated[int, Field(ge=1, le=2**31 - 1)]
    why: Line = ""


class PublishIn(In):
    """The `version` of the script whose draft was read."""

    version: Annotated[int, Field(ge=1, le=2**31 - 1)]


@router.get("/scripts", response=list[PublishedOut], summary="List the published scripts")
def list_scripts(request: TiejunRequest, occasion: Occasion | None = None) -> Any:
    return queries.published_scripts(request.scope, request.now, occasion=occasion or "")


@router.get("/scripts/{uuid:script_id}", response=ScriptOut, summary="Read a script with its versions")
def read(request: TiejunRequest, script_id: UUID) -> Any:
    return _out(request, script_id)


@router.post("/scripts", response={201: ScriptOut}, summary="Start a script")
def start(request: TiejunRequest, body: ScriptIn) -> Any:
    row: Script = actions.start_script(request.scope, occasion=body.occasion, words=body.words(), now=request.now)
    return Status(201, _out(request, row.pk))


@router.put("/scripts/{uuid:script_id}/draft", response=ScriptOut, summary="Write the next version")
def write_draft(request: TiejunRequest, script_id: UUID, body: DraftIn) -> Any:
    actions.write_draft(
        request.scope, script_id=script_id, version=body.version, words=body.words(), why=body.why, now=request.now
    )
    return _out(request, script_id)


@router.post("/scripts/{uuid:script_id}/publish", response=ScriptVersionOut, summary="Publish the draft")
def publish(request: TiejunRequest, script_id: UUID, body: PublishIn) -> Any:
    return actions.publish_script(request.scope, script_id=script_id, version=body.version, now=request.now)


@router.post("/scripts/{uuid:script_id}/retire", response={204: None}, summary="Retire a script")
def retire(request: TiejunRequest, script_id: UUID) -> Any:
    actions.retire_script(request.scope, script_id=script_id, now=request.now)
    return Status(204, None)


@router.post("/scripts/{uuid:script_id}/restore", response={204: None}, summary="Use a script again")
def restore(request: TiejunRequest, script_id: UUID) -> Any:
    actions.restore_script(request.scope, script_id=script_id)
    return Status(204, None)


def _out(request: TiejunRequest, script_id: UUID) -> dict[str, Any]:
    page = queries.script_page(request.scope, script_id, request.now)
    script = page.script
    plain = {"id": script.pk, "occasion": script.occasion, "retired_at": script.retired_at, "version": script.version}
    return plain | {"versions": [line.row for line in page.versions]}
