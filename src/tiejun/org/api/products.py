from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

from ninja import Field, Router, Schema
from pydantic import StringConstraints

from tiejun.foundation.schemas import In, Line
from tiejun.org import queries
from tiejun.org.actions.reference import LARGEST_PRICE, set_product_line

if TYPE_CHECKING:
    from tiejun.foundation.web import TiejunRequest

router = Router(tags=["product lines"])
Code = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=30)]
Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]


class ProductLineOut(Schema):
    """What is sold; the list price in minor units of its currency. `is_trial`: a low-threshold trial that is to lead to the full service."""

    id: UUID
    code: str
    name: str
    name_en: str
    list_price_minor: int
    currency: str
    is_sold: bool
    is_trial: bool


class ProductLineIn(In):
    """A product line as it shall be; its currency stays as it was made with."""

    code: Code
    name: Annotated[Line, Field(min_length=1, max_length=80)]
    name_en: Annotated[Line, Field(max_length=80)] = ""
    list_price_minor: int = Field(ge=0, le=LARGEST_PRICE)
    currency: Currency = "CNY"
    is_sold: bool = True
    is_trial: bool = False


@router.get("/product-lines", response=list[ProductLineOut], summary="List what is sold, and what was")
def list_product_lines(request: TiejunRequest) -> Any:
    return queries.product_lines(request.scope)


@router.post("/product-lines", response=ProductLineOut, summary="Make or change a product line by its code")
def put_product_line(request: TiejunRequest, given: ProductLineIn) -> Any:
    return set_product_line(request.scope, **given.dict())
