"""What makes smaller pictures of stored results (docker/package/thumbnails), with invented decoders."""

import os
import subprocess

import pytest

from locations import ROOT
from polling import poll

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
    return {file.name[0]: file.read_text().strip() for file in folder.glob("thumbnails/*/*.webp")}


def test_each_file_gets_a_thumbnail_from_the_decoder_for_its_kind(folder):
    assert run(folder, f"{folder.parent}/bin:{os.environ['PATH']}").returncode == 0
    assert thumbnails(folder) == {"a": "vipsthumbnail", "b": "ffmpeg"}
    assert sorted(file.name for file in folder.glob("**/*") if "making" in file.name) == []
    # Beside the results there is nothing new: the service cannot write there.
    assert sorted(file.name for file in folder.glob("[0-9a-f][0-9a-f]/*")) == [PICTURE, VIDEO, BROKEN]
    assert {oct(file.stat().st_mode & 0o777) for file in folder.glob("thumbnails/*")} == {"0o755"}


def test_without_decoders_there_are_none_and_that_is_said(folder, tmp_path):
    bare = tmp_path / "bare"
    bare.mkdir()
    for name in ("bash", "head", "od", "tr", "sleep"):
        (bare / name).symlink_to(f"/usr/bin/{name}")
    done = run(folder, str(bare))
    assert (done.returncode, thumbnails(folder)) == (0, {})
    assert "libvips-tools" in done.stderr


def test_no_link_is_read(folder):
    secret = folder.parent / "secret"
    secret.write_bytes(b"GIF89a")
    (folder / "dd").mkdir()
    (folder / "dd" / ("d" * 64)).symlink_to(secret)
    assert run(folder, f"{folder.parent}/bin:{os.environ['PATH']}").returncode == 0
    assert sorted(thumbnails(folder)) == ["a", "b"]


def test_each_file_is_tried_once_and_new_ones_are_found(folder, tmp_path):
    tried = tmp_path / "tried"
    for name in ("vipsthumbnail", "ffmpeg"):
        tool = tmp_path / "bin" / name
        tool.write_text(tool.read_text().replace("#!/bin/bash\n", f'#!/bin/bash\necho "$*" >>{tried}\n'))
    # No look waits for the next one.
    (tmp_path / "bin" / "sleep").write_text("#!/bin/sh\nexec /bin/sleep 0.1\n")
    (tmp_path / "bin" / "sleep").chmod(0o755)
    stamps = tmp_path / "stamps"
    stamps.mkdir()
    (stamps / "last").touch()  # of an earlier run: what it could not do is tried again
    following = subprocess.Popen(["bash", SCRIPT, folder], env={"PATH": f"{tmp_path}/bin:{os.environ['PATH']}",
                                                                "RUNTIME_DIRECTORY": str(stamps)})
    try:
        poll(lambda: sorted(thumbnails(folder)) == ["a", "b"] and BROKEN in tried.read_text(), what="all are looked at")
        for name in ("d" * 64, "e" * 64):
            incoming = folder / "incoming"
            incoming.write_bytes(b"GIF89a")
            os.utime(incoming, (1000000000, 1000000000))  # it was long on its way
            (folder / name[:2]).mkdir()
            incoming.rename(folder / name[:2] / name)
            poll(lambda: name[0] in thumbnails(folder), what="the new file is found")
        assert [sum(name * 64 in line for line in tried.read_text().splitlines()) for name in "abcde"] == [1] * 5
    finally:
        following.terminate()
        following.wait(10)
