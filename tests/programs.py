"""`exito-tui` as a process of its own, forked from one that has every module at hand.

To import the program takes longer than most of what it is asked for. So each process of tests has a
server, a new interpreter that does nothing but import, and fork: the arguments, the environment,
the folder and the files of a run are its own, and so are its pid, what it prints and how it ends.
"""

import atexit
import functools
import gc
import importlib
import io
import json
import os
import pkgutil
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Any, NoReturn, TextIO

TOP = str(Path(__file__).parents[1])
COMMAND = [sys.executable, "-m", "exito_tui"]
"""What a new interpreter is started with."""


def environment_of(**more: str) -> dict[str, str]:
    """This process's environment, in which a new interpreter finds the program, and more."""
    return {**os.environ, "PYTHONPATH": TOP, **more}


class Program:
    """`exito-tui` with some arguments, running.

    Its standard streams are the given descriptors, which the caller keeps; a stream that is not
    given is a pipe (`stdout`, `stderr`) or empty (stdin). With `terminal` stdin is the terminal that
    it is the leader of. `command` is executed in its place, as when a new interpreter is wanted.
    """

    def __init__(
        self,
        *arguments: str,
        environment: Mapping[str, str] | None = None,
        cwd: str | Path | None = None,
        stdin: int | None = None,
        stdout: int | None = None,
        stderr: int | None = None,
        terminal: bool = False,
        command: Sequence[str] = (),
    ) -> None:
        own: list[int] = []  # what the child has, and this process no longer needs
        self.stdout: IO[bytes] | None = None
        self.stderr: IO[bytes] | None = None
        if stdin is None:
            own.append(stdin := os.open(os.devnull, os.O_RDONLY))
        if stdout is None:
            reading, stdout = os.pipe()
            own.append(stdout)
            self.stdout = os.fdopen(reading, "rb")
        if stderr is None:
            reading, stderr = os.pipe()
            own.append(stderr)
            self.stderr = os.fdopen(reading, "rb")
        self._channel, theirs = socket.socketpair()
        own.append(theirs.detach())
        socket.send_fds(_server(), [b"+"], [stdin, stdout, stderr, own[-1]])
        for descriptor in own:
            os.close(descriptor)
        self._answers = self._channel.makefile("rb")
        wanted = {
            "arguments": arguments,
            "command": command,
            "environment": environment_of() | dict(environment or {}),
            "cwd": os.fspath(cwd or os.getcwd()),
            "terminal": terminal,
        }
        self._channel.sendall(json.dumps(wanted).encode() + b"\n")
        self.pid = int(self._answers.readline())
        self.returncode: int | None = None

    def __enter__(self) -> "Program":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def poll(self) -> int | None:
        """The exit code (negative: the signal), or None while it runs."""
        if self.returncode is None and select.select([self._channel], [], [], 0)[0]:
            self.returncode = int(self._answers.readline())
        return self.returncode

    def wait(self, timeout: float) -> int:
        """Wait for the end and return the exit code. Raises TimeoutExpired after some seconds."""
        if self.returncode is None and not select.select([self._channel], [], [], timeout)[0]:
            raise subprocess.TimeoutExpired("exito-tui", timeout)
        code = self.poll()
        assert code is not None
        return code

    def send_signal(self, number: int) -> None:
        """Send a signal, unless it has ended."""
        if self.poll() is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def close(self) -> None:
        """End it, if it still runs, and let go of its pipes."""
        self.send_signal(signal.SIGKILL)
        self.wait(60)
        for stream in (self.stdout, self.stderr, self._answers, self._channel):
            if stream:
                stream.close()

    def communicate(self, timeout: float) -> tuple[bytes, bytes]:
        """(all that it prints, all that it complains of) until its end. After some seconds it is
        killed, and TimeoutExpired raised."""
        assert self.stdout and self.stderr
        said: dict[IO[bytes], list[bytes]] = {self.stdout: [], self.stderr: []}
        end = time.monotonic() + timeout
        going = [*said]
        try:
            while going:
                left = end - time.monotonic()
                ready, _, _ = select.select(going, [], [], max(0, left))
                if not ready:
                    raise subprocess.TimeoutExpired("exito-tui", timeout)
                for stream in ready:
                    part = os.read(stream.fileno(), 1 << 16)
                    said[stream].append(part)
                    if not part:
                        going.remove(stream)
            self.wait(max(0, end - time.monotonic()))
        finally:
            self.close()
        printed, complained = said.values()
        return b"".join(printed), b"".join(complained)


def run(
    *arguments: str,
    cwd: str | Path | None = None,
    given: bytes | None = None,
    **environment: str,
) -> subprocess.CompletedProcess[bytes]:
    """Run the command to its end, with `given` or nothing on stdin and pipes for its output."""
    stdin = None
    if given is not None:
        stdin, writing = os.pipe()
        threading.Thread(target=_write, args=(writing, given)).start()
    try:
        program = Program(*arguments, cwd=cwd, environment=environment, stdin=stdin)
    finally:
        if stdin is not None:
            os.close(stdin)
    printed, complained = program.communicate(60)
    code = program.returncode
    assert code is not None
    return subprocess.CompletedProcess([*COMMAND, *arguments], code, printed, complained)


def _write(descriptor: int, text: bytes) -> None:
    with suppress(BrokenPipeError), open(descriptor, "wb", buffering=0) as pipe:
        pipe.write(text)


# ── the server ────────────────────────────────────────────────────────────────────────────────────


@functools.cache
def _server() -> socket.socket:
    """Where the server of this process is asked. It ends when this process does."""
    ours, theirs = socket.socketpair()
    with theirs:
        command = [sys.executable, "-m", "tests.programs", str(theirs.fileno())]
        server = subprocess.Popen(
            command, pass_fds=[theirs.fileno()], env=environment_of(), cwd="/",
            stdin=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip

    def end() -> None:
        ours.close()
        server.wait()

    atexit.register(end)
    return ours


def _serve(asked: socket.socket) -> None:
    import exito_tui

    for module in pkgutil.walk_packages(exito_tui.__path__, "exito_tui."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    gc.freeze()  # what all children share is not looked through by any
    while True:
        word, given, _, _ = socket.recv_fds(asked, 1, 4)
        if not word:
            return
        if os.fork() == 0:
            asked.close()
            _attend(*given)
        for descriptor in given:
            os.close(descriptor)
        with suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass


def _attend(stdin: int, stdout: int, stderr: int, channel: int) -> NoReturn:
    """Start what is wanted, and tell its pid and, when it has ended, its exit code."""
    answers = os.fdopen(channel, "r+b", buffering=0)
    wanted = json.loads(_line(channel))
    child = os.fork()
    if child == 0:
        _become(wanted, stdin, stdout, stderr, channel)
    for descriptor in (stdin, stdout, stderr):
        os.close(descriptor)
    answers.write(b"%d\n" % child)
    _, status = os.waitpid(child, 0)
    with suppress(BrokenPipeError):  # nobody waits for it
        answers.write(b"%d\n" % os.waitstatus_to_exitcode(status))
    os._exit(0)


def _line(descriptor: int) -> bytes:
    text = b""
    while not text.endswith(b"\n"):
        text += os.read(descriptor, 1 << 16)
    return text


def _become(wanted: dict[str, Any], stdin: int, stdout: int, stderr: int, channel: int) -> NoReturn:
    """Be the program: what an interpreter sets up at its start, `main`, and what it does at its
    end, but for taking apart what the server had imported."""
    os.environ.clear()
    os.environ.update(wanted["environment"])
    time.tzset()
    os.chdir(wanted["cwd"])
    if wanted["terminal"]:
        os.login_tty(os.dup(stdin))
    for number, descriptor in enumerate((stdin, stdout, stderr)):
        os.dup2(descriptor, number)
    for descriptor in (stdin, stdout, stderr, channel):
        os.close(descriptor)
    if command := wanted["command"]:
        os.execvp(command[0], [*command, *wanted["arguments"]])
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        stream = _stream(number, getattr(sys, name))
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)
    from exito_tui import __main__ as program

    sys.argv = [str(program.__file__), *wanted["arguments"]]
    code = 1
    try:
        code = program.main()
    except SystemExit as ending:
        code = ending.code if isinstance(ending.code, int) else int(ending.code is not None)
    except BaseException:
        sys.excepthook(*sys.exc_info())
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    is_written = [program._is_written(one, code) for one in (sys.stdout, sys.stderr)]
    os._exit(code if all(is_written) or code else 120)


def _stream(descriptor: int, alike: TextIO) -> io.TextIOWrapper:
    """A standard stream as an interpreter opens it."""
    mode, encoding, errors = "r" if descriptor == 0 else "w", alike.encoding, alike.errors
    made = os.fdopen(descriptor, mode, encoding=encoding, errors=errors, closefd=False)
    assert isinstance(made, io.TextIOWrapper)
    if descriptor == 2:
        made.reconfigure(line_buffering=True)
    return made


if __name__ == "__main__":
    with socket.socket(fileno=int(sys.argv[1])) as asked_here:
        _serve(asked_here)
