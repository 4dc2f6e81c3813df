"""Where things are."""

import os
import pathlib
import shutil

ROOT = pathlib.Path(__file__).resolve().parents[2]


def build_tree():
    """DREAMINA_BUILD may name another build tree than the one that serve.sh builds."""
    return pathlib.Path(os.environ.get("DREAMINA_BUILD") or ROOT / ".build" / "release").resolve()


def programs():
    return build_tree() / "bin"


def serve_script(folder):
    """serve.sh looks for the programs in its own checkout, so another build tree wants a checkout of links."""
    if build_tree() == (ROOT / ".build" / "release").resolve():
        return ROOT / "nginx" / "serve.sh"
    checkout = pathlib.Path(folder) / "checkout"
    if not checkout.exists():
        (checkout / ".build").mkdir(parents=True)
        (checkout / ".build" / "release").symlink_to(build_tree())
        for name in ("static", "docker"):
            (checkout / name).symlink_to(ROOT / name)
        shutil.copytree(ROOT / "nginx", checkout / "nginx")
    return checkout / "nginx" / "serve.sh"
