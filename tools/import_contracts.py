"""An import-linter contract: other modules may use only a module's public files."""

from collections.abc import Iterable, Iterator
from typing import cast

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


class PublicFilesContract(Contract):
    """`actions`, `queries`, `events` and `rules` are the doors of a module; everything else in it is private."""

    type_name = "public_files"

    container = fields.StringField()  # e.g. "tiejun"
    public_files = fields.ListField(subfield=fields.StringField())
    open_packages = fields.ListField(subfield=fields.StringField())  # no private files
    exempt_importers = fields.SetField(subfield=fields.StringField(), required=False)
    exempt_packages = fields.SetField(subfield=fields.StringField(), required=False)  # with everything inside

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:  # noqa: ARG002, FBT001 -- import-linter's signature
        """Find every import of a private file from outside its module."""
        broken = sorted(self._trespasses(graph))
        return ContractCheck(kept=not broken, metadata={"broken": broken})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Print one line per trespass."""
        for importer, imported in check.metadata["broken"]:
            output.print_error(f"{importer} imports {imported}, which is private to its module.")

    def _trespasses(self, graph: ImportGraph) -> Iterator[tuple[str, str]]:
        exempt, exempt_packages = _names(self.exempt_importers), _names(self.exempt_packages)
        open_packages, public_files = _names(self.open_packages), _names(self.public_files)
        for importer in graph.modules - exempt:
            if any(importer.startswith(f"{package}.") for package in exempt_packages):
                continue
            for imported in graph.find_modules_directly_imported_by(importer):
                home, _, rest = imported.removeprefix(f"{self.container}.").partition(".")
                is_ours = imported.startswith(f"{self.container}.")
                is_foreign = not f"{importer}.".startswith(f"{self.container}.{home}.")
                if not is_ours or not rest or not is_foreign or home in open_packages:
                    continue
                if rest.partition(".")[0] not in public_files:
                    yield importer, imported


def _names(field: object) -> set[str]:
    # On a class a field is its declaration, on an instance the list from the configuration, or None.
    return set(cast("Iterable[str] | None", field) or ())
