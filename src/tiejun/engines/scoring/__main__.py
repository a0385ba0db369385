"""`learn`: examples on standard input, a verdict on standard output. `judge`: models, then columns after columns, by frames."""

import struct
import sys

# LightGBM would load pandas only to recognise tables of it, which nobody gives it: half of the time it takes to start.
sys.modules.setdefault("pandas", None)  # type: ignore[arg-type]

from tiejun.engines.scoring.apart import NO_LEARNER, read_frame, write_frame  # noqa: E402 -- after what it would load otherwise

try:
    from tiejun.engines.scoring.judging import judged
    from tiejun.engines.scoring.learning import learned
    from tiejun.engines.scoring.model import Model
    from tiejun.engines.scoring.packing import columns_of, packed, packed_chances, unpacked_question
except OSError as missing:  # a library of the system that LightGBM is linked against
    print(missing, file=sys.stderr)
    sys.exit(NO_LEARNER)


def _judge() -> None:
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    frames = iter(lambda: read_frame(source), None)
    count = struct.unpack(">I", next(frames))[0]
    models = {next(frames).decode(): Model.unpacked(next(frames)) for _model in range(count)}
    for frame in frames:
        write_frame(sink, packed_chances(judged(models, columns_of(frame))))


if __name__ == "__main__":
    if sys.argv[1] == "judge":
        _judge()
    else:
        sys.stdout.buffer.write(packed(learned(*unpacked_question(sys.stdin.buffer.read()))))
