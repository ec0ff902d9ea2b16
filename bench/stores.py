"""A PostgreSQL and a Redis of one's own, on free ports, that can be killed and started again."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Iterator, List, Optional

from bench.processes import free_port

OWNER = "postgres"  # PostgreSQL refuses to run as root
PATIENCE = 30  # seconds


def postgres_folder() -> Optional[Path]:
    """Where PostgreSQL's programs are."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"))
    on_path = shutil.which("pg_ctl")
    return found[-1].parent if found else Path(on_path).parent if on_path else None


def redis_program() -> Optional[str]:
    """Where Redis is."""
    return shutil.which("redis-server")


class Postgres:
    """A running PostgreSQL with an empty database."""

    def __init__(self, folder: Path, programs: Path) -> None:
        self._folder, self._programs, self.port = folder, programs, free_port()
        self._call("initdb", "-A", "trust", "-U", OWNER, "-D", str(folder / "data"))
        self.start()

    @property
    def url(self) -> str:
        """For SQLAlchemy."""
        return f"postgresql+psycopg2://{OWNER}@127.0.0.1:{self.port}/postgres"

    @property
    def plain_url(self) -> str:
        """For PostgreSQL's own programs."""
        return self.url.replace("+psycopg2", "")

    def start(self) -> None:
        """Start it and wait until it answers."""
        options = f"-p {self.port} -k {self._folder} -c listen_addresses=127.0.0.1 -c max_connections=200"
        self._call("pg_ctl", "-w", "-l", str(self._folder / "log"), "-D", str(self._folder / "data"), "-o", options, "start")

    def stop(self, how: str = "immediate") -> None:
        """Stop it; `immediate` is as a crash."""
        self._call("pg_ctl", "-w", "-D", str(self._folder / "data"), "-m", how, "stop")

    def _call(self, program: str, *words: str) -> None:
        command = [str(self._programs / program), *words]
        as_owner = ["setpriv", f"--reuid={OWNER}", f"--regid={OWNER}", "--clear-groups"] if os.getuid() == 0 else []
        done = subprocess.run([*as_owner, *command], cwd=self._folder, capture_output=True, text=True, check=False, timeout=120)
        if done.returncode:
            raise RuntimeError(f"{program} failed: {done.stdout}{done.stderr}")


class RedisServer:
    """A running Redis that keeps nothing when it stops, which is the worst case."""

    def __init__(self, folder: Path, program: str) -> None:
        self._folder, self._program, self.port = folder, program, free_port()
        self._process: Optional[subprocess.Popen[bytes]] = None
        self.start()

    @property
    def url(self) -> str:
        """For TUTOR_REDIS."""
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start it and wait until it listens."""
        words: List[str] = [
            self._program,
            "--port",
            str(self.port),
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--dir",
            str(self._folder),
        ]
        self._process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            except OSError:
                time.sleep(0.05)
        raise RuntimeError("redis-server does not listen")

    def kill(self) -> None:
        """Kill it."""
        if self._process:
            self._process.kill()
            self._process.wait()


@contextmanager
def stores() -> Iterator[tuple[Postgres, RedisServer]]:
    """Both, gone afterwards; raises RuntimeError where one is not installed."""
    programs, program = postgres_folder(), redis_program()
    if not programs or not program:
        raise RuntimeError("PostgreSQL and Redis are needed: apt-get install postgresql redis-server")
    folder = Path(tempfile.mkdtemp(prefix="tutor-stores-"))
    if os.getuid() == 0:
        shutil.chown(folder, OWNER)
    folder.chmod(0o755)
    postgres = Postgres(folder, programs)
    try:
        redis = RedisServer(folder, program)
        try:
            yield postgres, redis
        finally:
            redis.kill()
    finally:
        with suppress(RuntimeError):  # it was stopped already
            postgres.stop()
        shutil.rmtree(folder, ignore_errors=True)
