"""The project's own environment in .venv: made once, reused while its requirements stay the same.

Standard library only: it runs before anything is installed. `dev` holds everything `run` holds;
what is big and seldom needed is an extra, put on top of either when it is asked for.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
SETS = {"run": ("run", "dev"), "dev": ("dev",), "warehouses": ("warehouses",)}
EXTRAS = ("spark",)  # each named as the target that needs it
_STAMP = "requirements.json"


def _fail(message: str) -> None:
    sys.stderr.write(f"error: {message}\n")
    sys.exit(1)


def requirements_file(name: str, root: Path = ROOT) -> Path:
    """Return the pinned and hashed requirements of set `name`."""
    return root / "requirements" / f"{name}.txt"


def digest(name: str, root: Path = ROOT) -> str:
    """Return the hash of a requirements file's text."""
    return hashlib.sha256(requirements_file(name, root).read_bytes()).hexdigest()


def python_of(venv: Path) -> Path:
    """Return the interpreter of an environment, whether or not it is there."""
    return venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def python_version(python: Path) -> str | None:
    """Return "3.x" of an interpreter, None when it does not start."""
    probe = "import sys, pip; print('%d.%d' % sys.version_info[:2])"
    try:
        done = subprocess.run(
            [python, "-I", "-c", probe], capture_output=True, text=True, check=False
        )
    except OSError:
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def is_current(name: str, venv: Path = VENV, root: Path = ROOT) -> bool:
    """Return whether `venv` holds set `name`, or one that includes it, as pinned today."""
    try:
        stamp = json.loads((venv / _STAMP).read_text(encoding="utf-8"))
        held = stamp["set"]
        return (
            held in SETS[name]
            and stamp["requirements"] == digest(held, root)
            and stamp["python"] == python_version(python_of(venv))
        )
    except (OSError, ValueError, KeyError):
        return False


def has_extra(name: str, venv: Path = VENV, root: Path = ROOT) -> bool:
    """Return whether `venv` holds extra `name` as pinned today."""
    try:
        return _extra_stamp(name, venv).read_text(encoding="utf-8") == digest(name, root)
    except OSError:
        return False


def add_extra(name: str, venv: Path = VENV, root: Path = ROOT) -> None:
    """Install extra `name` into an environment that is there."""
    print(f"installing requirements/{name}.txt into {venv.name}: once, some minutes", flush=True)
    _install(python_of(venv), requirements_file(name, root))
    _extra_stamp(name, venv).write_text(digest(name, root), encoding="utf-8")


def _extra_stamp(name: str, venv: Path) -> Path:
    return venv / f"requirements-{name}.txt"


def make(name: str, venv: Path = VENV, root: Path = ROOT) -> None:
    """Bring `venv` to set `name`; an interrupted run leaves no stamp and is taken up next time."""
    stamp = venv / _STAMP
    stamp.unlink(missing_ok=True)
    python = python_of(venv)
    version = python_version(python)
    if version not in ("3.11", "3.12", "3.13"):
        _create(venv)
        version = python_version(python)
    print(f"installing requirements/{name}.txt into {venv.name}: once, a minute", flush=True)
    _install(python, requirements_file(name, root))
    text = json.dumps({"set": name, "requirements": digest(name, root), "python": version})
    partial = stamp.with_suffix(".partial")
    partial.write_text(text, encoding="utf-8")
    partial.replace(stamp)


def _create(venv: Path) -> None:
    if importlib.util.find_spec("ensurepip") is None:
        package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
        _fail(f"this Python cannot make environments; install it with: sudo apt install {package}")
    shutil.rmtree(venv, ignore_errors=True)
    done = subprocess.run(
        [sys.executable, "-I", "-m", "venv", venv], capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        _fail(f"{venv} could not be made: {_last_line(done.stdout + done.stderr)}")


def _install(python: Path, requirements: Path) -> None:
    command = [str(python), "-I", "-m", "pip", "install", "--require-hashes"]
    command += ["-r", str(requirements)]
    command += ["--quiet", "--no-input", "--disable-pip-version-check", "--no-warn-script-location"]
    environment = {**os.environ, "PIP_USER": "0", "PIP_REQUIRE_VIRTUALENV": "0"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        _fail(f"pip could not install {requirements}: {_last_line(done.stderr)}")


def _last_line(text: str) -> str:
    """Return pip's or venv's own reason: the last line that says ERROR, else the last one."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    reasons = [line for line in lines if line.lower().startswith("error")]
    return (reasons or lines or ["no message"])[-1]


def enter(name: str, target: str = "duckdb", venv: Path = VENV) -> None:
    """Return inside `venv` with set `name` and the target's extra installed: make what is missing.

    Starts this command again, inside the environment, where it was started outside.
    """
    # No tool of the environment calls home.
    os.environ["DBT_SEND_ANONYMOUS_USAGE_STATS"] = "false"
    os.environ["DO_NOT_TRACK"] = "1"
    try:
        if not is_current(name, venv):
            make(name, venv)
        if target in EXTRAS and not has_extra(target, venv):
            add_extra(target, venv)
    except KeyboardInterrupt:
        _fail("interrupted; run the same command again to go on")
    if Path(sys.prefix).resolve() != venv.resolve():
        python = str(python_of(venv))
        os.execv(python, [python, *sys.argv])
