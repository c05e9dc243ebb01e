"""A PostgreSQL server of the tests' own: temporary folder, free loopback port, gone at the end."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

OLDEST = 15
MISSING = (
    f"PostgreSQL {OLDEST} or later is not on this machine and the engines are tested on it;"
    " install it with: sudo apt install postgresql"
)
# Nothing has to survive a crash here, and speed is all that these buy.
_SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "listen_addresses": "127.0.0.1",
    "max_wal_size": "1GB",
    "jit": "off",
}


@dataclass(frozen=True)
class Server:
    """Where a running server listens; `environment` is what libpq and profiles.yml read."""

    port: int
    user: str = "owner"
    database: str = "warehouse"
    reader: str = "bi_reader"

    @property
    def environment(self) -> dict[str, str]:
        """The variables that lead a client to this server."""
        return {
            "PGHOST": "127.0.0.1",
            "PGPORT": str(self.port),
            "PGUSER": self.user,
            "PGDATABASE": self.database,
            "PGPASSWORD": "",
        }


def find_binaries() -> Path:
    """Return the folder of the newest installed server, AssertionError where there is none."""
    folders = {path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")}
    found = shutil.which("initdb")
    if found:
        folders.add(Path(found).resolve().parent)
    versions = {}
    for folder in folders:
        if all((folder / name).exists() for name in ("initdb", "pg_ctl", "postgres")):
            answer = subprocess.run(
                [folder / "postgres", "--version"], capture_output=True, text=True, check=False
            )
            words = answer.stdout.split()
            if len(words) >= 3:
                versions[int(words[2].split(".")[0])] = folder
    newest = max(versions, default=0)
    assert newest >= OLDEST, MISSING
    return versions[newest]


def free_port() -> int:
    """Return a loopback port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _someone_else() -> str | None:
    """Return whom to run the server as: it refuses root; None means as whoever runs the tests."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


@contextmanager
def postgres_server() -> Iterator[Server]:
    """Start a server, yield where it is, stop it and remove its folder."""
    binaries = find_binaries()
    owner = _someone_else()
    # A short path: the socket's is limited to about 100 characters.
    folder = Path(tempfile.mkdtemp(prefix="csm-pg-"))
    if owner:
        shutil.chown(folder, owner)
    server = Server(free_port())
    data = folder / "data"
    with _cleaner(owner, binaries / "pg_ctl", folder):
        # English messages and byte order, whatever the machine speaks.
        _run(
            owner, binaries / "initdb", "-D", data, "-U", server.user, "-A", "trust",
            "-E", "UTF8", "--locale=C.UTF-8", "--no-sync",
        )  # fmt: skip
        settings = {**_SETTINGS, "port": str(server.port), "unix_socket_directories": str(folder)}
        with (data / "postgresql.conf").open("a", encoding="utf-8") as stream:
            stream.writelines(f"{name} = '{value}'\n" for name, value in settings.items())
        log = folder / "log"
        _run(owner, binaries / "pg_ctl", "-D", data, "-l", log, "-w", "-t", "60", "start")
        for program, name in (("createdb", server.database), ("createuser", server.reader)):
            _run(
                owner, binaries / program, "-h", "127.0.0.1", "-p", str(server.port),
                "-U", server.user, name,
            )  # fmt: skip
        yield server


@contextmanager
def _cleaner(owner: str | None, pg_ctl: Path, folder: Path) -> Iterator[None]:
    """Stop the server and remove its folder at the end, even one that comes by kill -9.

    A shell waits for the end of its input, which comes when this process is gone, however it went.
    """
    script = 'cat > /dev/null; "$0" -D "$1/data" -m immediate -w stop; rm -rf "$1"'
    with subprocess.Popen(
        ["sh", "-c", script, str(pg_ctl), str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        user=owner,
        cwd="/",
        start_new_session=True,
    ):
        yield


def _run(user: str | None, *command: str | Path) -> None:
    done = subprocess.run(
        [str(word) for word in command],
        user=user,
        cwd="/",
        # A server holds its streams open for as long as it runs: no pipes.
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
    )
    assert done.returncode == 0, f"{' '.join(map(str, command))} ended with {done.returncode}"
