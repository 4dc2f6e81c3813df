"""What makes smaller pictures of stored results (docker/package/thumbnails), with invented decoders."""

import os
import subprocess

import pytest

from locations import ROOT

SCRIPT = ROOT / "docker/package/thumbnails"
PICTURE, VIDEO, BROKEN = "a" * 64, "b" * 64, "c" * 64


@pytest.fixture
def folder(tmp_path):
    """Two decoders that make something of what is not broken, and three files."""
    tools = tmp_path / "bin"
    tools.mkdir()
    # The output is vipsthumbnail's last argument, with options behind it, and ffmpeg's.
    for name in ("vipsthumbnail", "ffmpeg"):
        (tools / name).write_text(f"""#!/bin/bash
case "$*" in *{BROKEN}*) exit 1 ;; esac
for last; do :; done
echo {name} >"${{last%%[[]*}}"
""")
        (tools / name).chmod(0o755)
    for name, content in ((PICTURE, b"\x89PNG\r\n\x1a\n...."), (VIDEO, b"\0\0\0\x1cftypisom...."), (BROKEN, b"GIF89a")):
        (tmp_path / "results" / name[:2]).mkdir(parents=True)
        (tmp_path / "results" / name[:2] / name).write_bytes(content)
    return tmp_path / "results"


def run(folder, path):
    return subprocess.run(["bash", SCRIPT, folder, "--once"], env={"PATH": path}, capture_output=True, text=True,
                          timeout=60)


def thumbnails(folder):
    return {file.name[0]: file.read_text().strip() for file in folder.glob("*/*.thumb.webp")}


def test_each_file_gets_a_thumbnail_from_the_decoder_for_its_kind(folder):
    assert run(folder, f"{folder.parent}/bin:{os.environ['PATH']}").returncode == 0
    assert thumbnails(folder) == {"a": "vipsthumbnail", "b": "ffmpeg"}
    assert sorted(file.name for file in folder.glob("*/*") if "making" in file.name) == []


def test_without_decoders_there_are_none_and_that_is_said(folder, tmp_path):
    bare = tmp_path / "bare"
    bare.mkdir()
    for name in ("bash", "head", "od", "tr", "sleep"):
        (bare / name).symlink_to(f"/usr/bin/{name}")
    done = run(folder, str(bare))
    assert (done.returncode, thumbnails(folder)) == (0, {})
    assert "libvips-tools" in done.stderr
