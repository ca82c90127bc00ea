"""The command line: one small module per command."""

import os
import sys
from collections.abc import Sequence

from exito_tui.cli.common_lines import read_common
from exito_tui.cli.ending import Ended, exit_code, raising
from exito_tui.cli.options import Options
from exito_tui.cli.output import (
    EXIT_BROKEN_PIPE,
    EXIT_FAILED,
    Failure,
    UnwritableError,
    complain,
    flush,
    write_for,
)
from exito_tui.config.checks import ConfigError
from exito_tui.store.fs.errors import CleanupError, complaint


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code.

    0 fine, 1 the operation failed, 2 usage or configuration, 3 findings, 128 + n ended by signal n
    (130: ctrl+c), 141 broken pipe.
    """
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # the shell closed it
            setattr(sys, name, open(os.devnull, "w"))  # noqa: SIM115 it stays open to the end
    options = Options()
    try:
        with raising():
            options = read_common(arguments) or _parsed(arguments)
            options.arguments = tuple(arguments)
            write_for(people=not getattr(options, "json", False))
            code = int(options.run(options))
            flush()
            return code
    except Ended as ended:
        return exit_code(ended.number)
    except Failure as failure:
        complain(str(failure))
        return failure.exit_code
    except ConfigError as error:
        for problem in error.problems:
            complain(str(problem))
        complain("nothing was started; correct the settings, or see `exito-tui config check`")
        return error.exit_code
    except BrokenPipeError:
        # The reader went away. Python would complain at exit when it flushes what is left.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_BROKEN_PIPE
    except UnwritableError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        complain(str(error))
        return error.exit_code
    except CleanupError as error:
        complain(str(error))
        return error.exit_code
    except OSError as error:
        complain(complaint(error, _place(options)))
        return EXIT_FAILED


def _parsed(arguments: Sequence[str]) -> Options:
    from exito_tui.cli.parser import parse

    return parse(arguments)


def _place(options: Options) -> str:
    """The roots that a command is about, as far as that can be told."""
    from exito_tui.cli.shared.roots import wanted_roots

    try:
        return ", ".join(wanted_roots(options).roots)
    except (Failure, OSError):
        return ""
