r"""The message catalogue without the gettext programs: extract, translate, check, compile.

python -m tools.messages sync            add what the sources say, drop nothing, compile
python -m tools.messages set FILE.json   merge translations: {"msgid": "translation", "ctx\u0004msgid": …, "one\u0005many": …}
python -m tools.messages prune           drop entries that no source says any more
python -m tools.messages check           fail on missing, fuzzy, unused entries, unequal placeholders and half-width marks
python -m tools.messages compile         write the .mo beside the .po
"""

import fcntl
import io
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import polib
from babel.messages.extract import extract
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[1]
SOURCES = ROOT / "src" / "tiejun"
CATALOGUE = ROOT / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"

CONTEXT, PLURAL = "\x04", "\x05"
_SINGULAR: tuple[int, ...] = (1,)
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...]] = {
    "_": _SINGULAR,
    "gettext": _SINGULAR,
    "gettext_lazy": _SINGULAR,
    "gettext_noop": _SINGULAR,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
_PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|(?<!%)%[sd]|\{\w*\}")
_HAN = "\u3400-\u9fff\u3000-\u303f\uff00-\uffef"
_FULL_WIDTH = {ord(mark): ord(mark) + 0xFEE0 for mark in ",;:?!()"}
_BESIDE_HAN = re.compile(rf"(?<=[{_HAN}])[,;:?!]|[,;:?!](?=[{_HAN}])")
_PAIR_BESIDE_HAN = re.compile(
    rf"(?<=[{_HAN}])\([^()]*\)|\((?=[{_HAN}])[^()]*\)|\([^()]*(?<=[{_HAN}])\)|\([^()]*\)(?=[{_HAN}])"
)
# Cotton's dynamic attributes (:label="_('Save')") are text to Django's lexer.
_IN_ATTRIBUTE = re.compile(r"_\(('[^']*'|\"[^\"]*\")\)")


@dataclass(frozen=True, order=True)
class Message:
    """What identifies a text: its English words, and a context where one English word has two translations."""

    msgid: str
    context: str = ""
    plural: str = ""

    @classmethod
    def from_key(cls, key: str) -> "Message":
        """The message of a JSON key: context and U+0004, one, U+0005 and many; first and last part optional."""
        context, _, words = key.rpartition(CONTEXT)
        one, _, many = words.partition(PLURAL)
        return cls(one, context, many)


@dataclass
class Findings:
    """What `check` found, one list per kind."""

    missing: list[str] = field(default_factory=list)
    fuzzy: list[str] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)
    placeholders: list[str] = field(default_factory=list)
    punctuation: list[str] = field(default_factory=list)

    def lines(self) -> list[str]:
        """One line per finding; empty when the catalogue is complete."""
        return [f"{kind}: {text}" for kind, texts in vars(self).items() for text in sorted(texts)]


# -- extraction ------------------------------------------------------------------------------------------------------
def extracted(folder: Path = SOURCES) -> dict[Message, set[str]]:
    """Every message of the Python files and templates under `folder`, with the files that say it."""
    found: dict[Message, set[str]] = {}
    for path in sorted([*folder.rglob("*.py"), *folder.rglob("*.html"), *folder.rglob("*.txt")]):
        text = path.read_text(encoding="utf-8")
        said = messages_of_python(text) if path.suffix == ".py" else messages_of_template(text)
        for message in said:
            found.setdefault(message, set()).add(path.relative_to(folder.parent).as_posix())
    return found


def messages_of_python(text: str) -> Iterator[Message]:
    """The messages of Python source, in order."""
    for _line, words, _comments, context in extract("python", io.BytesIO(text.encode()), KEYWORDS):
        one, many = (words, "") if isinstance(words, str) else (words[0], words[1])
        if one:
            yield Message(one, context or "", many or "")


def messages_of_template(text: str) -> Iterator[Message]:
    """The messages of a Django template: translate, blocktranslate, _() in expressions and in cotton attributes."""
    # Inside parentheses Python's tokenizer does not mind the template's indentation.
    yield from messages_of_python(f"(\n{templatize(text)}\n)")
    outside_tags = re.sub(r"\{[{%#].*?[}%#]\}", "", text, flags=re.DOTALL)
    for quoted in _IN_ATTRIBUTE.findall(outside_tags):
        yield Message(quoted[1:-1])


# -- catalogue -------------------------------------------------------------------------------------------------------
@contextmanager
def locked_catalogue(path: Path = CATALOGUE) -> Iterator[polib.POFile]:
    """Open the catalogue for change: one writer at a time, sorted, replaced in one step when the block ends well."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        catalogue = opened(path)
        yield catalogue
        catalogue.sort(key=lambda entry: (entry.msgid, entry.msgctxt or ""))
        partial = path.with_suffix(".partial")
        catalogue.save(str(partial))
        partial.replace(path)


def opened(path: Path = CATALOGUE) -> polib.POFile:
    """The catalogue as it stands, or an empty one."""
    if path.exists():
        return polib.pofile(str(path), wrapwidth=120)
    catalogue = polib.POFile(wrapwidth=120)
    catalogue.metadata = {
        "Project-Id-Version": "tiejun",
        "Language": "zh_Hans",
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": "nplurals=1; plural=0;",
    }
    return catalogue


def merged(catalogue: polib.POFile, translations: dict[str, str]) -> list[str]:
    """Write translations into the catalogue, new entries included; returns one line per refused or changed one."""
    known = {_message(entry): entry for entry in catalogue}
    notes = []
    for key, given in translations.items():
        message, words = Message.from_key(key), in_full_width(given)
        if not same_placeholders(message.plural or message.msgid, words):
            notes.append(f"refused, placeholders differ: {message.msgid!r} -> {words!r}")
            continue
        entry = known.get(message)
        if entry is None:
            entry = known[message] = _entry(message)
            catalogue.append(entry)
        elif _translation(entry) not in {"", words}:
            notes.append(f"changed: {message.msgid!r}: {_translation(entry)!r} -> {words!r}")
        _translate(entry, words)
    return notes


def add_extracted(catalogue: polib.POFile, found: dict[Message, set[str]]) -> None:
    """Add an untranslated entry for each new message and renew the list of files that say it."""
    known = {_message(entry): entry for entry in catalogue}
    for message, files in found.items():
        if message not in known:
            known[message] = _entry(message)
            catalogue.append(known[message])
        known[message].occurrences = [(name, "") for name in sorted(files)]


def check(catalogue: polib.POFile, found: dict[Message, set[str]]) -> Findings:
    """Compare the catalogue with the sources."""
    entries = {_message(entry): entry for entry in catalogue}
    findings = Findings()
    for message, files in found.items():
        entry = entries.get(message)
        if entry is None or not _translation(entry):
            findings.missing.append(f"{message.msgid!r} ({min(files)})")
    for message, entry in entries.items():
        if "fuzzy" in entry.flags:
            findings.fuzzy.append(repr(message.msgid))
        if message not in found:
            findings.unused.append(repr(message.msgid))
        words = _translation(entry)
        if words and not same_placeholders(message.plural or message.msgid, words):
            findings.placeholders.append(f"{message.msgid!r} -> {words!r}")
        if words != in_full_width(words):
            findings.punctuation.append(f"{words!r} -> {in_full_width(words)!r}")
    return findings


def same_placeholders(source: str, translation: str) -> bool:
    """True when both sides hold the same %(name)s, %s and {name}, as often."""
    return Counter(_PLACEHOLDER.findall(source)) == Counter(_PLACEHOLDER.findall(translation))


def in_full_width(words: str) -> str:
    """Chinese as it is typeset: marks and brackets beside Chinese characters are full-width; placeholders stay as they are."""
    held = _PLACEHOLDER.findall(words)
    text = _PLACEHOLDER.sub("\ue000", words)
    text = _PAIR_BESIDE_HAN.sub(lambda pair: pair[0][0].translate(_FULL_WIDTH) + pair[0][1:-1] + "\uff09", text)
    text = _BESIDE_HAN.sub(lambda mark: mark[0].translate(_FULL_WIDTH), text)
    text = re.sub("(?<=[\uff0c\uff1b\uff1a\uff1f\uff01\uff09]) ", "", text)
    parts = iter(held)
    return re.sub("\ue000", lambda _: next(parts), text)


def compile_catalogue(path: Path = CATALOGUE) -> None:
    """Write the .mo beside the .po, in one step."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".mo.partial")
    opened(path).save_as_mofile(str(partial))
    partial.replace(path.with_suffix(".mo"))


def _message(entry: polib.POEntry) -> Message:
    return Message(entry.msgid, entry.msgctxt or "", entry.msgid_plural or "")


def _entry(message: Message) -> polib.POEntry:
    entry = polib.POEntry(msgid=message.msgid, msgctxt=message.context or None)
    if message.plural:
        entry.msgid_plural = message.plural
        entry.msgstr_plural = {0: ""}
    return entry


def _translation(entry: polib.POEntry) -> str:
    return str(entry.msgstr_plural.get(0, "") if entry.msgid_plural else entry.msgstr)


def _translate(entry: polib.POEntry, words: str) -> None:
    if entry.msgid_plural:
        entry.msgstr_plural = {0: words}
    else:
        entry.msgstr = words
    entry.flags = [flag for flag in entry.flags if flag != "fuzzy"]


# -- commands --------------------------------------------------------------------------------------------------------
def main(arguments: list[str]) -> int:
    """Run one command; returns the exit code."""
    match arguments:
        case ["set", name]:
            return _set(Path(name))
        case ["sync"]:
            with locked_catalogue() as catalogue:
                add_extracted(catalogue, extracted())
            compile_catalogue()
            untranslated = [entry.msgid for entry in opened() if not _translation(entry)]
            print(f"{len(untranslated)} without translation" + "".join(f"\n  {text!r}" for text in untranslated))
            return 0
        case ["prune"]:
            found = extracted()
            with locked_catalogue() as catalogue:
                for entry in [entry for entry in catalogue if _message(entry) not in found]:
                    catalogue.remove(entry)
                    print(f"dropped: {entry.msgid!r}")
            return 0
        case ["check"]:
            lines = check(opened(), extracted()).lines()
            print("\n".join(lines) or "The catalogue is complete.")
            return 1 if lines else 0
        case ["compile"]:
            compile_catalogue()
            return 0
    print(__doc__, file=sys.stderr)
    return 2


def _set(path: Path) -> int:
    translations = json.loads(path.read_text(encoding="utf-8"))
    with locked_catalogue() as catalogue:
        notes = merged(catalogue, translations)
    compile_catalogue()
    print("\n".join([*notes, f"{len(translations)} translations read"]))
    return 1 if any(note.startswith("refused") for note in notes) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
