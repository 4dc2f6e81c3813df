"""Where things are."""

import os
import pathlib

ROOT = pathlib.Path(__file__).resolve().parents[3]


def build_tree():
    """DREAMINA_BUILD may name another build tree than the one that serve.sh builds."""
    return pathlib.Path(os.environ.get("DREAMINA_BUILD") or ROOT / ".build" / "release").resolve()


def programs():
    return build_tree() / "bin"


def is_sanitized():
    """Such a build needs several times the memory."""
    cache = build_tree() / "CMakeCache.txt"
    return cache.exists() and any(line.startswith("DREAMINA_SANITIZE:") and not line.endswith("=")
                                  for line in cache.read_text().splitlines())


SERVE_SCRIPT = ROOT / "nginx" / "serve.sh"
