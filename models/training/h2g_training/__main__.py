"""python -m h2g_training COMMAND: bad input is one sentence and one hint, and exit code 2."""

import os
import sys

from h2g_training.commands.parser import build_parser
from h2g_training.error import TrainingError


def main(arguments: list[str] | None = None) -> int:
    """Runs one command and gives the exit code: 0 done, 2 bad input or usage, 130 interrupted."""
    # TensorFlow tells of its instruction sets otherwise.
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    chosen = build_parser().parse_args(arguments)
    try:
        chosen.run(chosen)
    except TrainingError as error:
        print(f"error: {error.message}\n  {error.hint}", file=sys.stderr)
        return 2
    except OSError as error:
        # Whatever is wrong with a path that was given; one without a path is a fault of ours.
        if error.filename is None:
            raise
        print(
            f"error: {error.filename}: {error.strerror}.\n  Look at that path, and who may write there.",
            file=sys.stderr,
        )
        return 2
    except KeyboardInterrupt:
        print("Interrupted. The same command goes on where this one stopped.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
