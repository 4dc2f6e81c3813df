"""The files that contributors and releases rely on: the commit hook, the changelog, the workflows."""

import pathlib
import re
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
HOOK = ROOT / ".github/hooks/commit-msg"
CHANGELOG = ROOT / "docker/package/changelog.sh"


def run(*command):
    return subprocess.run([str(part) for part in command], capture_output=True, text=True)


def hook_on(tmp_path, message):
    (tmp_path / "message").write_text(message)
    return run(HOOK, tmp_path / "message")


@pytest.mark.parametrize("message", [
    "api: refuse an empty name\n\nA name is what people look for.\n",
    "api, page: refuse an empty name",
    "# git's own comment\napi: refuse an empty name\n",
    "page: " + 66 * "中" + "\n",
    "Merge branch 'main' into work\n",
    "fixup! api: refuse an empty name\n",
])
def test_a_message_of_the_right_form_passes(tmp_path, message):
    answer = hook_on(tmp_path, message)
    assert (answer.returncode, answer.stderr) == (0, "")


@pytest.mark.parametrize("message, fault", [
    ("An empty name is refused\n", "form 'area: imperative'"),
    ("API: refuse an empty name\n", "form 'area: imperative'"),
    ("", "form 'area: imperative'"),
    ("page: " + 67 * "x" + "\n", "it has 73 characters"),
    ("api: refuse an empty name.\n", "full stop"),
    ("api: refuse an empty name\nA body.\n", "an empty line must follow"),
])
def test_a_message_of_another_form_is_refused_with_the_reason(tmp_path, message, fault):
    answer = hook_on(tmp_path, message)
    assert answer.returncode == 1 and fault in answer.stderr


SAMPLE = """# Changelog

## [Unreleased]

- Not out yet.

## [1.10.0] - 2027-02-28

### Fixed

- One thing that is [long](https://example.org)
  enough for two lines.
- Another.

## [1.9.0] - 2027-01-01

- The **first**.

[1.9.0]: https://example.org
"""


def changelog(tmp_path, *command, text=SAMPLE):
    (tmp_path / "CHANGELOG.md").write_text(text)
    return run(CHANGELOG, "--file", tmp_path / "CHANGELOG.md", *command)


def test_the_newest_version_is_the_first_that_is_released(tmp_path):
    assert changelog(tmp_path, "latest").stdout == "1.10.0\n"


def test_the_text_of_a_release_is_its_section_with_each_item_on_one_line(tmp_path):
    assert changelog(tmp_path, "notes", "1.10.0").stdout == (
        "### Fixed\n\n- One thing that is [long](https://example.org) enough for two lines.\n- Another.\n")


def test_the_debian_changelog_has_all_releases(tmp_path):
    assert changelog(tmp_path, "debian", "1.10.0", "A <a@example.org>", tmp_path / "out").returncode == 0
    assert (tmp_path / "out").read_text() == """dreamina-manager (1.10.0-1) stable; urgency=medium

  [ Fixed ]
  * One thing that is long enough for two lines.
  * Another.

 -- A <a@example.org>  Sun, 28 Feb 2027 00:00:00 +0000

dreamina-manager (1.9.0-1) stable; urgency=medium

  * The first.

 -- A <a@example.org>  Fri, 01 Jan 2027 00:00:00 +0000

"""


@pytest.mark.parametrize("replaced, by, command, fault", [
    ("", "", ("notes", "1.8.0"), "version 1.8.0 has no section"),
    ("", "", ("debian", "1.9.0", "A", "/dev/null"), "the newest version is 1.10.0, and this is 1.9.0"),
    ("2027-01-01", "2027-13-01", ("latest",), "CHANGELOG.md:15: 2027-13-01 is not a date"),
    ("## [1.9.0] - 2027-01-01", "## 1.9.0", ("latest",), "CHANGELOG.md:15: '## 1.9.0' is neither"),
    ("[1.9.0] -", "[1.10.0] -", ("latest",), "CHANGELOG.md:15: version 1.10.0 has a section already"),
])
def test_a_changelog_at_fault_is_refused_with_the_line(tmp_path, replaced, by, command, fault):
    answer = changelog(tmp_path, *command, text=SAMPLE.replace(replaced, by) if replaced else SAMPLE)
    assert answer.returncode == 1 and fault in answer.stderr


def test_the_changelog_has_the_version_of_the_program():
    version = re.search(r"^project\(dreamina-manager VERSION (\S+) ", (ROOT / "CMakeLists.txt").read_text(), re.M)[1]
    assert run(CHANGELOG, "latest").stdout == version + "\n"


def test_every_action_is_pinned_to_a_commit_with_its_version_beside_it():
    files = [*ROOT.glob(".github/workflows/*.yml"), *ROOT.glob(".github/actions/*/action.yml")]
    used = {line for file in files for line in re.findall(r"\buses: (.+)", file.read_text())}
    assert len(used) > 8
    assert [line for line in used if not line.startswith("./")
            and not re.fullmatch(r"[\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+(\.\d+)*", line)] == []
