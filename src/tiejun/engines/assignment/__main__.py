"""A packed problem on standard input, its packed answer on standard output."""

import sys

from tiejun.engines.assignment.packing import packed, unpacked_problem
from tiejun.engines.assignment.solving import solved

if __name__ == "__main__":
    sys.stdout.buffer.write(packed(solved(unpacked_problem(sys.stdin.buffer.read()))))
