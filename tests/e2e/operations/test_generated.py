"""The files that are written from the programs' tables: a stale one is found and written again. In a checkout of its own,
so that the real one is left alone."""

import json
import shutil
import subprocess

import pytest

from locations import ROOT, build_tree

SCRIPT = "fcgi-app/generate/generated.sh"
README = "README.md"
README_ZH = ".github/README.zh-CN.md"
MANUAL = "fcgi-app/README.md"
JOBS = "scheduler/README.md"
OPENAPI = "fcgi-app/api/openapi.json"
TYPES = "static/src/api/schema.d.ts"
FILES = [README, README_ZH, MANUAL, JOBS, OPENAPI, TYPES]


@pytest.fixture
def checkout(tmp_path):
    for file in [SCRIPT, *FILES]:
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / file, tmp_path / file)
    (tmp_path / "static/node_modules").symlink_to(ROOT / "static/node_modules")
    return tmp_path


def run(checkout, *options):
    return subprocess.run([checkout / SCRIPT, *options, build_tree()], capture_output=True, text=True)


def contents(checkout):
    return {file: (checkout / file).read_bytes() for file in FILES}


def replace(file, old, new):
    text = file.read_text()
    assert text.count(old) == 1
    file.write_text(text.replace(old, new))


def stale_files(found):
    assert found.returncode == 1, found.stderr
    last = found.stderr.splitlines()[-1]
    assert last.endswith("--target generated, and commit what it writes.")
    return last.removeprefix("generated: stale: ").split(". Run ")[0].split()


def test_the_checkout_is_current(checkout):
    found = run(checkout, "--check")
    assert found.returncode == 0, found.stderr


def test_stale_files_are_named_and_nothing_is_written_until_it_is_asked_for(checkout):
    current = contents(checkout)
    replace(checkout / README, "| `MAX_ATTEMPTS` | 3 |", "| `MAX_ATTEMPTS` | 4 |")
    replace(checkout / README_ZH, "| `MAX_ATTEMPTS` | 3 |", "| `MAX_ATTEMPTS` | 4 |")
    replace(checkout / JOBS, "<!-- generated:timed-jobs -->\n", "<!-- generated:timed-jobs -->\n| stale |\n")
    replace(checkout / MANUAL, "| `BACKUP_KEEP` | 7 |", "| `BACKUP_KEEP` | 8 |")
    replace(checkout / OPENAPI, '"hk", "jp", "sg", "cn"]', '"hk", "jp", "sg"]')
    replace(checkout / TYPES, "export interface paths", "export interface paths_of_old")
    planted = contents(checkout)
    assert stale_files(run(checkout, "--check")) == FILES
    assert contents(checkout) == planted
    written = run(checkout)
    assert written.returncode == 0, written.stderr
    assert written.stderr.splitlines() == [f"generated: wrote {file}" for file in FILES]
    assert contents(checkout) == current


def test_types_follow_from_what_openapi_json_should_be(checkout):
    """A schema that people add makes the page's types stale, but not itself."""
    document = json.loads((checkout / OPENAPI).read_text())
    replace(checkout / OPENAPI, '      "HealthState": {', '      "Added": { "type": "boolean" },\n      "HealthState": {')
    assert stale_files(run(checkout, "--check")) == [TYPES]
    assert run(checkout).returncode == 0
    assert "Added: boolean;" in (checkout / TYPES).read_text()
    written = json.loads((checkout / OPENAPI).read_text())
    assert written["components"]["schemas"].pop("Added") == {"type": "boolean"}
    assert written == document


@pytest.mark.parametrize("file, old, new, fault", [
    (README, "<!-- generated:settings -->\n", "", "/README.md: the line <!-- generated:settings --> must be there once"),
    (MANUAL, "<!-- /generated:settings -->\n", "",
     "/fcgi-app/README.md: the line <!-- /generated:settings --> must be there once"),
    (OPENAPI, '      "Verdict": {', '      "Verdicts": {', "openapi.json: there is no object /components/schemas/Verdict "),
    (OPENAPI, '"openapi": "3.1.0",', '"openapi": "3.1.0"', "openapi.json: [json.exception.parse_error"),
])
def test_a_file_that_cannot_be_read_is_named_and_nothing_is_written(checkout, file, old, new, fault):
    replace(checkout / file, old, new)
    replace(checkout / TYPES, "export interface paths", "export interface paths_of_old")
    planted = contents(checkout)
    found = run(checkout)
    assert found.returncode == 1
    assert fault in found.stderr
    assert contents(checkout) == planted


def test_without_the_pages_packages_it_says_what_to_run(checkout):
    (checkout / "static/node_modules").unlink()
    for options in ([], ["--check"]):
        found = run(checkout, *options)
        assert found.returncode == 1
        assert "run npm ci in static/" in found.stderr
