"""`exito-tui config`: where the settings are, what they are, whether they are well, and a file to
begin with."""

import os
from collections.abc import Mapping

from exito_tui.cli.json.schema import document, problem_object, setting_object
from exito_tui.cli.options import Options
from exito_tui.cli.output import (
    EXIT_USAGE,
    Failure,
    complain,
    on_terminal,
    paragraph,
    separated,
    table,
    write,
)
from exito_tui.cli.shared.roots import wanted_roots
from exito_tui.cli.shared.settings import settings_project, warning_words
from exito_tui.config.checks import ConfigError, Problem
from exito_tui.config.settings import SETTINGS, Config
from exito_tui.config.sources import PROJECT_FILE, load, origins, user_file
from exito_tui.config.template import as_written, template
from exito_tui.domain.text import one_line
from exito_tui.domain.units import pluralize
from exito_tui.store.fs import mutations
from exito_tui.store.fs.errors import describe_error


def run(options: Options) -> int:
    """Tell of the settings, or write a file of them (exit code 2 when something is wrong)."""
    if options.stdout and options.what != "init":
        raise Failure("--stdout goes with init", EXIT_USAGE)
    if options.what == "init":
        return _init(options)
    if options.what == "themes":
        return _themes(as_json=options.json)
    project = settings_project(wanted_roots(options).roots[0])
    if options.what == "show":
        return _show(load(project=project), origins(project=project), as_json=options.json)
    files = [user_file()]
    if project:
        files.append(os.path.join(project, PROJECT_FILE))
    problems, is_fatal = _problems(project) if options.what == "check" else ([], False)
    code = EXIT_USAGE if is_fatal else 0
    if options.json:
        made = [{"path": path, "exists": os.path.exists(path)} for path in files]
        write(document({"files": made, "problems": [problem_object(one) for one in problems]}))
        return code
    for path in files if not is_fatal else ():
        if options.what == "path":
            write(one_line(path) + "\n")
        else:
            count = sum(one.where == path for one in problems)
            fine = "fine" if os.path.exists(path) else "not there; defaults hold"
            write(paragraph(f"{path}: {pluralize(count, 'problem') if count else fine}"))
    for one in problems:
        complain(one_line(str(one)) if is_fatal else warning_words(one))
    if is_fatal:
        complain("no command starts that needs the settings, until that is put right")
    return code


def _problems(project: str | None) -> tuple[list[Problem], bool]:
    """All that is wrong, whatever the source, and whether it ends a command: what is wrong in a
    project's file alone does not."""
    try:
        return list(load(project=project, themes=_known_themes()).warnings), False
    except ConfigError as error:
        return error.problems, True


def _known_themes() -> Mapping[str, bool]:
    """The themes by name, and whether each is dark."""
    from textual.theme import BUILTIN_THEMES

    return {name: theme.dark for name, theme in sorted(BUILTIN_THEMES.items())}


def _themes(*, as_json: bool) -> int:
    themes = _known_themes()
    if as_json:
        write(document({"themes": [{"name": name, "dark": dark} for name, dark in themes.items()]}))
        return 0
    for name, dark in themes.items():
        write(separated((name, "dark" if dark else "light")))
    return 0


def _init(options: Options) -> int:
    """Write a file with every setting commented out, never over another one."""
    text, path = template(), user_file()
    if not options.stdout:
        try:
            os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
            descriptor = os.open(os.path.dirname(path), os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            try:
                mutations.write_new(descriptor, os.path.basename(path), text.encode(), 0o666)
            finally:
                os.close(descriptor)
        except FileExistsError:
            raise Failure(
                f"{path} is there already and was left; `exito-tui config init --stdout` prints "
                "what would be in a new one"
            ) from None
        except OSError as error:
            raise Failure(f"{path} cannot be written: {describe_error(error)}") from None
    if options.json:
        write(document({"path": path, "written": not options.stdout, "text": text}))
    elif options.stdout:
        write(text)
    else:
        write(f"{one_line(path)}\n")
        complain("written: every setting, commented out; take a # away to set one")
    return 0


def _show(config: Config, found: Mapping[str, str], *, as_json: bool) -> int:
    rows = [(name, getattr(config, name), found.get(name, "default")) for name in SETTINGS]
    if as_json:
        write(document({
            "settings": [setting_object(*row) for row in rows],
            "themes": list(_known_themes()),
        }))  # fmt: skip
        return 0
    lines = [(name, as_written(value), source) for name, value, source in rows]
    if on_terminal():
        write(table(("SETTING", "VALUE", "FROM"), lines, frozenset(), cut=(1, 2)))
        return 0
    for line in lines:
        write(separated(line))
    return 0
