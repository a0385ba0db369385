import io
import struct
import zlib

import pytest
from PIL import Image

from tiejun.engines.pictures import LONGEST_SIDE, PictureFault, PictureRefused, redraw


def picture(kind: str, size: tuple[int, int] = (40, 30), **values: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, kind, **values)
    return out.getvalue()


def bomb(side: int = 60_000) -> bytes:
    """A PNG of a few hundred bytes that claims side x side pixels."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    )


def with_position() -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6  # lies on its side
    exif[0x010F] = "PhoneMaker"
    exif.get_ifd(0x8825)[1] = "N"
    return picture("JPEG", exif=exif)


def test_a_photo_comes_back_upright_small_and_without_its_margin() -> None:
    drawn = Image.open(io.BytesIO(redraw(with_position())))

    assert (drawn.format, drawn.size, dict(drawn.getexif())) == ("JPEG", (30, 40), {})
    assert b"PhoneMaker" not in redraw(with_position())


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_each_kind_becomes_a_jpeg_no_longer_than_our_side(kind: str) -> None:
    drawn = Image.open(io.BytesIO(redraw(picture(kind, (2_400, 30)))))

    assert (drawn.format, drawn.width) == ("JPEG", LONGEST_SIDE)


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", PictureFault.EMPTY),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", PictureFault.HEIC),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", PictureFault.NO_PICTURE),
        (b"GIF89a<script>alert(1)</script>", PictureFault.NO_PICTURE),
        (bomb(), PictureFault.TOO_MANY_PIXELS),
        (picture("JPEG")[:200], PictureFault.DAMAGED),
        (b"\xff\xd8\xff" + b"<script>" * 20, PictureFault.DAMAGED),
    ],
)
def test_what_is_no_photo_is_refused_by_name(content: bytes, fault: PictureFault) -> None:
    with pytest.raises(PictureRefused) as refused:
        redraw(content)

    assert refused.value.fault is fault


def test_a_picture_that_is_also_a_script_loses_the_script() -> None:
    assert b"<script>" not in redraw(picture("PNG") + b"<script>alert(1)</script>")
