"""The demo company's raw folder: generated once, again when the simulator has changed."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from toolbox.console import UserError, one_line
from toolbox.contract import CONTRACT_FILE, ROOT

DEMO_FOLDER = ROOT / "demo_data"
GENERATE = ROOT / "scripts" / "generate"
SIMULATOR = ROOT / "scripts" / "toolbox" / "simulator"
_STAMP = ".generated.json"


def sources_digest() -> str:
    """Return the hash of everything the demo data follow from."""
    digest = hashlib.sha256()
    for path in [GENERATE, CONTRACT_FILE, *sorted(SIMULATOR.rglob("*.py"))]:
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _sizes(folder: Path) -> dict[str, int]:
    return {
        path.name: path.stat().st_size for path in sorted(folder.iterdir()) if path.name != _STAMP
    }


def is_current(folder: Path) -> bool:
    """Return whether `folder` holds, complete, what today's simulator would write."""
    try:
        stamp = json.loads((folder / _STAMP).read_text(encoding="utf-8"))
        return bool(stamp == {"sources": sources_digest(), "sizes": _sizes(folder)})
    except (OSError, ValueError):
        return False


def ensure_demo(folder: Path = DEMO_FOLDER) -> bool:
    """Bring `folder` to the demo company; return whether it had to be generated.

    It is written beside its place and moved there whole, so that an interrupted run leaves no half.
    """
    if is_current(folder):
        return False
    partial = folder.with_name(f"{folder.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    done = subprocess.run(
        [sys.executable, str(GENERATE), "--out", str(partial)],
        stdout=None if os.isatty(1) else subprocess.PIPE,
        stderr=None if os.isatty(2) else subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        shutil.rmtree(partial, ignore_errors=True)
        raise UserError(f"scripts/generate failed: {one_line(done.stderr or 'see above')[-400:]}")
    stamp = json.dumps({"sources": sources_digest(), "sizes": _sizes(partial)})
    (partial / _STAMP).write_text(stamp, encoding="utf-8")
    if folder.exists():
        shutil.rmtree(folder)
    partial.rename(folder)
    return True
