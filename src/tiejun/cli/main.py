"""Entry point of the `tiejun` command: finds the command's module and tells anticipated failures in one sentence."""

import errno
import importlib
import os
import sys

from tiejun.cli.failures import DISK_FULL, OLD_TABLES, Failed
from tiejun.cli.postgres import PostgresFailed
from tiejun.foundation.environment import WrongSetting

# Command → what it does. The module of the same name in this package has `main(arguments) -> exit code`.
COMMANDS = {
    "run": "start everything: database, migrations, web and worker; stop with Ctrl-C",
    "web": "serve pages and the API (one process; start several behind a proxy)",
    "worker": "run jobs and the business clock",
    "migrate": "bring the database's tables, roles and grants up to this version",
    "seed": "fill an empty database with the demo company",
    "check": "look for wrong settings, broken records and missing migrations",
    "backup": "write the database and uploaded files into one file",
    "restore": "fill an empty database from a backup file",
    "createuser": "create a person who can sign in",
    "manage": "any Django management command",
}


def main() -> int:
    """Run `tiejun COMMAND …`; returns the exit code."""
    name, arguments = (sys.argv[1], sys.argv[2:]) if len(sys.argv) > 1 else ("help", [])
    if name not in COMMANDS:
        return _usage(0 if name in {"help", "-h", "--help"} else 2)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tiejun.settings")
    try:
        # By name, because some commands must set the environment before anything of Django is imported.
        return int(importlib.import_module(f"tiejun.cli.{name}").main(arguments) or 0)
    except (Failed, WrongSetting, PostgresFailed) as failure:
        print(f"tiejun {name}: {failure}", file=sys.stderr)
    except Exception as failure:
        sentence = _sentence_for(failure)
        if not sentence:
            raise
        print(f"tiejun {name}: {sentence}", file=sys.stderr)
    return 1


def _sentence_for(failure: BaseException | None) -> str:
    """What to do about a failure that an operator meets, or "": by its error number, or by the database's SQLSTATE."""
    while failure is not None:
        state = getattr(failure, "sqlstate", None)
        if state == "53100" or (isinstance(failure, OSError) and failure.errno in {errno.ENOSPC, errno.EDQUOT}):
            return DISK_FULL
        if state in {"42P01", "42703"}:  # a table or a column that is not there
            return OLD_TABLES
        failure = failure.__cause__
    return ""


def _usage(code: int) -> int:
    out = sys.stderr if code else sys.stdout
    print("Usage: tiejun COMMAND [options]\n", file=out)
    for name, meaning in COMMANDS.items():
        print(f"  {name:<12}{meaning}", file=out)
    return code
