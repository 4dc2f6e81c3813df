"""Where things are."""

import os
import pathlib

ROOT = pathlib.Path(__file__).resolve().parents[2]


def build_tree():
    """DREAMINA_BUILD may name another build tree than the one that serve.sh builds."""
    return pathlib.Path(os.environ.get("DREAMINA_BUILD") or ROOT / ".build" / "release").resolve()


def programs():
    return build_tree() / "bin"


SERVE_SCRIPT = ROOT / "nginx" / "serve.sh"
