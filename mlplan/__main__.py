"""Entry: what the `mlplan` command runs; its version is answered before anything else is imported."""

import gc
import os
import sys

from mlplan import __version__

VERSION_WORDS = (["--version"], ["-V"], ["version"])


def main() -> int:
    """Run the command line and return its exit code."""
    arguments = sys.argv[1:]
    if arguments in VERSION_WORDS:
        sys.stdout.write(f"mlplan {__version__}\n")
        return 0
    # Plans hold hundreds of thousands of small live objects; with the default thresholds the
    # collector walks them over and over and makes everything superlinear.
    gc.set_threshold(200_000, 50, 1000)
    # Looking for pydantic plugins in every installed package costs 10 ms, and none may change our models.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    from mlplan.cli.entry import run  # noqa: PLC0415 - click is not needed for the version

    return run(arguments)


def console() -> None:
    """Run the command line and end the process at once.

    Taking every object of a plan apart first is a tenth of the time of a small one, and helps nobody.
    """
    code = main()
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BrokenPipeError:
            continue  # whoever read it has gone away
        except OSError:
            code = code or 1
    os._exit(code)


if __name__ == "__main__":
    console()
