"""The first thing every entry point runs: a Python that can run the rest.

Written so that Python 2.7 and any 3 can parse it; whoever has only those must read one sentence,
not a traceback. Nothing but the standard library.
"""

import os
import subprocess
import sys

SUPPORTED = ((3, 11), (3, 12), (3, 13))
_PROBE = "import sys; sys.stdout.write('%d.%d' % sys.version_info[:2])"


def is_supported(version):
    """Return whether `version`, a tuple that starts (major, minor), can run the project."""
    return tuple(version[:2]) in SUPPORTED


def find_python(path):
    """Return the newest supported Python in `path` (a PATH value) that starts, or None."""
    for version in reversed(SUPPORTED):
        name = "python%d.%d" % version
        for folder in path.split(os.pathsep):
            candidate = os.path.join(folder, name)
            if os.access(candidate, os.X_OK) and _version_of(candidate) == "%d.%d" % version:
                return candidate
    return None


def _version_of(executable):
    """Return what `executable` says its version is, '' when it does not start (a broken shim)."""
    try:
        process = subprocess.Popen(
            [executable, "-c", _PROBE], stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        return process.communicate()[0].decode("ascii", "replace").strip()
    except OSError:
        return ""


def advice(version):
    """Return the sentence for someone whose only Python is `version`."""
    return (
        "error: this project needs Python 3.11, 3.12 or 3.13 and found only %d.%d;"
        " install one of them (Debian, Ubuntu: apt install python3 python3-venv;"
        " others: python.org or uv python install 3.13)" % tuple(version[:2])
    )


def require_python():
    """Return when this Python is supported; else start again with one that is, or exit 1."""
    if is_supported(sys.version_info):
        return
    other = find_python(os.environ.get("PATH", os.defpath))
    if other is None:
        sys.stderr.write(advice(sys.version_info) + "\n")
        sys.exit(1)
    os.execv(other, [other] + sys.argv)  # noqa: RUF005
