"""Photos from phones, drawn anew in a child process with limits on memory and time.

A photo is hostile until drawn: a few kilobytes can claim 60,000 x 60,000 pixels, a picture can be a script, and its margin says
where it was taken. What comes out is a JPEG of our own making: upright, at most 1,600 pixels long, with nothing but pixels.
"""

from __future__ import annotations

import io
import resource
import subprocess
import sys
from enum import StrEnum

LONGEST_SIDE = 1_600
QUALITY = 78
MOST_PIXELS = 120_000_000
# A JPEG is scaled down while it is read, anything else lies in memory as it is: 4 bytes a pixel.
MOST_PIXELS_WHOLE = 40_000_000
MEMORY_BYTES = 768 << 20
CPU_SECONDS = 15
CONTENT_TYPE = "image/jpeg"
_HEIC_BRANDS = (b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1", b"avif")


class PictureFault(StrEnum):
    """Why a picture is not taken."""

    EMPTY = "EMPTY"
    HEIC = "HEIC"
    NO_PICTURE = "NO_PICTURE"
    TOO_MANY_PIXELS = "TOO_MANY_PIXELS"
    DAMAGED = "DAMAGED"


class PictureRefused(Exception):
    """The picture is not taken; `fault` says why."""

    def __init__(self, fault: PictureFault) -> None:
        super().__init__(fault.value)
        self.fault = fault


def redraw(content: bytes) -> bytes:
    """Return the picture (JPEG, PNG or WebP) as a JPEG of our own making, without what was written beside its pixels.

    Raises `PictureRefused`. Runs at most 15 CPU seconds within 768 MiB of address space, in a process of its own.
    """
    fault = _fault_of(content)
    if fault is not None:
        raise PictureRefused(fault)
    command = [sys.executable, "-I", "-m", "tiejun.engines.pictures"]
    try:
        done = subprocess.run(command, input=content, capture_output=True, timeout=CPU_SECONDS * 4, check=False)
    except subprocess.TimeoutExpired:
        raise PictureRefused(PictureFault.DAMAGED) from None
    if done.returncode == 0 and done.stdout.startswith(b"\xff\xd8\xff"):
        return done.stdout
    said = done.stderr.decode(errors="replace").strip().rpartition("\n")[2]
    raise PictureRefused(PictureFault(said) if said in PictureFault.__members__ else PictureFault.DAMAGED)


def _fault_of(content: bytes) -> PictureFault | None:
    """Judge the first bytes: what claims to be no picture of the three kinds never reaches the child."""
    if not content:
        return PictureFault.EMPTY
    if content[4:8] == b"ftyp" and content[8:12] in _HEIC_BRANDS:
        return PictureFault.HEIC
    known = content.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")) or content[:4] + content[8:12] == b"RIFFWEBP"
    return None if known else PictureFault.NO_PICTURE


def _redraw_here(content: bytes) -> bytes:
    # Heavy: only the child loads it.
    from PIL import Image, ImageOps  # noqa: PLC0415

    Image.MAX_IMAGE_PIXELS = None  # our own limit is below, by kind
    with Image.open(io.BytesIO(content), formats=("JPEG", "PNG", "WEBP")) as found:
        width, height = found.size
        if width * height > (MOST_PIXELS if found.format == "JPEG" else MOST_PIXELS_WHOLE):
            raise PictureRefused(PictureFault.TOO_MANY_PIXELS)
        found.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
        upright = ImageOps.exif_transpose(found)
        upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        paper = Image.new("RGB", upright.size, "white")
        whole = upright.convert("RGBA")
        paper.paste(whole, mask=whole.getchannel("A"))
    drawn = io.BytesIO()
    paper.save(drawn, "JPEG", quality=QUALITY, optimize=True)
    return drawn.getvalue()


def _main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        sys.stdout.buffer.write(_redraw_here(sys.stdin.buffer.read()))
    except PictureRefused as refused:
        sys.exit(refused.fault.value)
    except (OSError, ValueError, SyntaxError, MemoryError):
        sys.exit(PictureFault.DAMAGED.value)


if __name__ == "__main__":
    _main()
