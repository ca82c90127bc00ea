"""A closed box: a network of loopback alone, processes, mounts and a root folder of its own."""

import fcntl
import os
import shutil
import socket
import struct
import subprocess
import sys

USER = 1000
HOMES = "/home/dev"
CLAUDE = "/opt/claude"
_SIOCSIFFLAGS, _IFF_UP, _IFF_RUNNING = 0x8914, 0x1, 0x40
_ETC = {
    "passwd": f"root:x:0:0::/root:/bin/sh\ndev:x:{USER}:{USER}::{HOMES}:/bin/bash\n",
    "group": f"root:x:0:\ndev:x:{USER}:\n",
    "hosts": "127.0.0.1 localhost\n",
    "resolv.conf": "",
}


def missing() -> str | None:
    """What this machine lacks for a box, in words; None where it has all."""
    if sys.platform != "linux":
        return "it needs Linux"
    for program in ("npm", "tmux", "unshare", "mount"):
        if shutil.which(program) is None:
            return f"there is no {program}"
    if os.geteuid() != 0:
        return "it needs root, for a closed network"
    tried = subprocess.run([*_UNSHARED, "true"], capture_output=True, text=True, check=False)
    return f"no namespaces: {tried.stderr.strip()}" if tried.returncode else None


_UNSHARED = ["unshare", "--net", "--mount", "--pid", "--uts", "--ipc", "--fork", "--kill-child"]


def run(command: list[str]) -> int:
    """Run a command in namespaces of its own; its exit code. Whatever it starts ends with it."""
    return subprocess.run([*_UNSHARED, *command], check=False).returncode


def enter(root: str, claude: str, checkout: str) -> None:
    """Make an empty folder the root of this process, with the system's programs, this Python, the
    folder of Claude Code and this checkout in it, none of which can be changed, and become a plain
    user. For a process that `run` started.

    Raises:
        OSError: a mount or the network cannot be set up.
    """
    with socket.socket() as any_socket:
        up = struct.pack("16sh22x", b"lo", _IFF_UP | _IFF_RUNNING)
        fcntl.ioctl(any_socket, _SIOCSIFFLAGS, up)
    os.makedirs(root, exist_ok=True)
    _mount("-t", "tmpfs", "tmpfs", root)
    for name in ("proc", "dev", "etc", "tmp", HOMES[1:]):
        os.makedirs(f"{root}/{name}")
    os.chmod(f"{root}/tmp", 0o1777)
    os.chown(root + HOMES, USER, USER)
    for name in ("bin", "sbin", "lib", "lib64"):
        os.symlink(f"usr/{name}", f"{root}/{name}")
    for name, text in _ETC.items():
        with open(f"{root}/etc/{name}", "w", encoding="utf-8") as file:
            file.write(text)
    shutil.copy("/etc/ld.so.cache", f"{root}/etc/ld.so.cache")
    _mount("-t", "proc", "proc", f"{root}/proc")
    _mount("--rbind", "/dev", f"{root}/dev")
    _show("/usr", root + "/usr")
    _show(checkout, root + checkout)
    _show(claude, root + CLAUDE)
    if not sys.base_prefix.startswith("/usr"):
        _show(sys.base_prefix, root + sys.base_prefix)
    os.chroot(root)
    os.chdir(HOMES)
    os.setgroups([])
    os.setgid(USER)
    os.setuid(USER)


def _show(folder: str, place: str) -> None:
    os.makedirs(place)
    _mount("--bind", folder, place)
    _mount("-o", "remount,ro,bind", place)


def _mount(*arguments: str) -> None:
    done = subprocess.run(["mount", *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        raise OSError(f"mount {' '.join(arguments)}: {done.stderr.strip()}")
