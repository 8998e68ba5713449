"""A private PostgreSQL server, from the installed binaries, on a unix socket in a folder of its own."""

import os
import pwd
import signal
import subprocess
import tempfile
from pathlib import Path
from urllib.parse import quote

from .process import Server, StartError, descendants

VERSIONS = Path("/usr/lib/postgresql")  # Debian's place for each version's binaries, which are not in PATH
OWNER, SUPERUSER = "nexrelay", "postgres"
# All else is as PostgreSQL is shipped. Shared memory lies within the folder, and is removed with it.
SETTINGS = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on", "listen_addresses": "", "dynamic_shared_memory_type": "mmap"}
SHOWN = ("fsync", "synchronous_commit", "full_page_writes", "wal_sync_method", "shared_buffers", "max_wal_size")


def binaries():
    """The folder of the newest version that is installed; none where there is none."""
    found = [folder / "bin" for folder in VERSIONS.glob("[0-9]*") if (folder / "bin/postgres").exists()]
    return max(found, key=lambda folder: int(folder.parent.name), default=None)


class Postgres:
    """One server with databases that go on from start to start. Whoever can enter its folder is trusted as anybody.

    PostgreSQL refuses to run as root: then it runs as `nobody`.
    """

    def __init__(self):
        self.binaries, self.server, self.folder = binaries(), None, None
        self.user = pwd.getpwnam("nobody") if os.geteuid() == 0 else None

    def absent(self):
        return None if self.binaries else f"no PostgreSQL in {VERSIONS}: make setup"

    def start(self):
        """Starts it; the first time, makes its files and the role that owns the databases."""
        first = self.folder is None
        if first:
            self._make_files()
        settings = {**SETTINGS, "unix_socket_directories": self.folder.name}
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        command = self._command("postgres", "-D", self._path("data"), *options)
        self.server = PostgresServer(command, self.folder.name, self.binaries)
        if first:
            self.ask("postgres", f"CREATE ROLE {OWNER} LOGIN")

    def stop(self):
        if self.server:
            self.server.stop()
            self.server = None

    def cpu_seconds(self):
        return self.server.cpu_seconds()

    def new_database(self, name):
        """Returns its URL, for the role that owns it."""
        self.ask("postgres", f"CREATE DATABASE {name} OWNER {OWNER} TEMPLATE template0")
        return f"postgres://{OWNER}@/{name}?host={quote(self.folder.name, safe='')}"

    def ask(self, database, sql):
        """What one statement returns, as the superuser, as text."""
        command = [self.binaries / "psql", "--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--host", self.folder.name,
                   "--username", SUPERUSER, "--dbname", database, "--command", sql]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
        if done.returncode != 0:
            raise StartError(f"psql: {done.stderr.strip()[:300]}")
        return done.stdout.strip()

    def facts(self):
        """Version and settings, as the running server names them."""
        names = ", ".join(f"'{name}'" for name in SHOWN)
        settings = self.ask("postgres", f"SELECT string_agg(name || ' ' || current_setting(name), ', ' ORDER BY name) FROM pg_settings WHERE name IN ({names})")
        return f"{self.ask('postgres', 'SHOW server_version')}; {settings}"

    def _make_files(self):
        # Always in /tmp: a socket's path has at most 107 bytes, and TMPDIR may be closed to other users.
        self.folder = tempfile.TemporaryDirectory(prefix="nexrelay-bench-pg-", dir="/tmp")
        if self.user:
            os.chown(self.folder.name, self.user.pw_uid, self.user.pw_gid)
        command = self._command("initdb", "--pgdata", self._path("data"), "--username", SUPERUSER, "--auth", "trust", "--locale", "C",
                                "--encoding", "UTF8", "--no-instructions")
        done = subprocess.run(command, cwd=self.folder.name, capture_output=True, text=True, timeout=120)
        if done.returncode != 0:
            raise StartError(f"initdb: {(done.stderr or done.stdout).strip()[-300:]}")

    def _command(self, program, *arguments):
        user = ["--reuid", str(self.user.pw_uid), "--regid", str(self.user.pw_gid), "--clear-groups"] if self.user else []
        # It ends with this process, however that ends.
        return ["setpriv", "--pdeathsig", "QUIT", *user, str(self.binaries / program), *arguments]

    def _path(self, name):
        return str(Path(self.folder.name) / name)


class PostgresServer(Server):
    """The postmaster and its processes, each of which leads a session of its own."""

    stop_signal = signal.SIGINT  # ends sessions, writes a checkpoint

    def __init__(self, command, folder, binaries):
        self.probe = [binaries / "pg_isready", "--quiet", "--host", folder]
        super().__init__("postgres", command, folder, None)

    def is_ready(self):
        return subprocess.run(self.probe, timeout=30).returncode == 0

    def pids(self):
        return descendants(self.process.pid)
