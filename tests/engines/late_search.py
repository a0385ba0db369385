"""A process in place of the search: ready at once, it answers each problem late, with how many it was asked so far."""

import sys
import time

if __name__ == "__main__":
    print("ready", flush=True)
    for number, _line in enumerate(sys.stdin, start=1):
        time.sleep(0.3)
        print(f"[{number}]", flush=True)
