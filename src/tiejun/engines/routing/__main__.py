"""The process that searches: problems on standard input, one a line; after READY, the numbers of the stops on standard output.

It ends when its input ends, and by itself after a while without work, so that its memory is there only while days are planned.
"""

import json
import os
import select
import sys

from tiejun.engines.routing.apart import IDLE_SECONDS, READY
from tiejun.engines.routing.compiling import compile_kernel
from tiejun.engines.routing.packing import unpacked
from tiejun.engines.routing.problem import Problem, Roads, Stop
from tiejun.engines.routing.solving import ordered

FIRST = Problem((Stop("first", 1, 1),), Roads(((0.0,) * 3,) * 3), 0, 100, rounds=1)


def main() -> None:
    """Compile, say so, answer."""
    arrays = compile_kernel()
    ordered(FIRST, rounds=1, arrays=arrays)
    _say(READY)
    waiting = b""
    while select.select([sys.stdin.fileno()], [], [], IDLE_SECONDS)[0]:
        got = os.read(sys.stdin.fileno(), 1 << 20)
        if not got:
            return
        *lines, waiting = (waiting + got).split(b"\n")
        for line in lines:
            problem = unpacked(line)
            _say(json.dumps(ordered(problem, rounds=problem.rounds, arrays=arrays)).encode())


def _say(line: bytes) -> None:
    sys.stdout.buffer.write(line + b"\n")
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
