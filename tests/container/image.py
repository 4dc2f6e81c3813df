#!/usr/bin/env python3
"""Builds what docker/Dockerfile describes without a container engine: each stage is a Debian root, and each step is done
in it. Knows the instructions that our Dockerfile has, and fails at any other.

  image.py CONTEXT INTO     the last stage's root goes to INTO/root, what it is to be run with to INTO/image.json
"""
import fnmatch
import glob
import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys


def instructions(text):
    """(word, rest), lines that go on joined, comments left out."""
    text = re.sub(r"^\s*#.*\n", "", text, flags=re.M)
    for line in re.sub(r"\\\n", " ", text).splitlines():
        if line.strip():
            word, _, rest = line.strip().partition(" ")
            yield word.upper(), rest.strip()


class Stage:
    def __init__(self, image, root):
        name, _, version = image.partition(":")
        assert name == "debian", f"FROM {image}: only Debian's images can be made here"
        suite = {"12-slim": "bookworm", "13-slim": "trixie"}[version]
        self.root = root
        self.folder = "/"
        self.environment = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root"}
        self.image = {"Entrypoint": [], "Cmd": [], "Healthcheck": [], "ExposedPorts": [], "StopSignal": "SIGTERM"}
        subprocess.run(["mmdebstrap", "--quiet", "--variant=minbase", suite, root], check=True)
        # A build's network and its package managers' way out are this machine's, with the certificates that it trusts.
        self.outside = {key: os.environ[key] for key in os.environ
                        if key.lower().endswith("_proxy") or key.startswith("npm_config")}
        if pathlib.Path("/etc/resolv.conf").exists():
            shutil.copy("/etc/resolv.conf", root / "etc")
        if pathlib.Path("/etc/ssl/certs/ca-certificates.crt").exists():
            shutil.copy("/etc/ssl/certs/ca-certificates.crt", root / "etc" / "outside.crt")
            self.outside["NODE_EXTRA_CA_CERTS"] = "/etc/outside.crt"

    def run(self, command):
        script = f"cd {shlex.quote(self.folder)} && {command}"
        environment = {**self.outside, **self.environment, "DEBIAN_FRONTEND": "noninteractive"}
        # As an engine does: with /proc and /dev, and the outside's network.
        subprocess.run(["systemd-nspawn", "--quiet", "--register=no", "--keep-unit", "--as-pid2", "--pipe", "--resolv-conf=off",
                        "--timezone=off", "-D", self.root, *(f"--setenv={key}={value}" for key, value in environment.items()),
                        "/bin/sh", "-c", script], check=True, stdin=subprocess.DEVNULL,
                       env={**os.environ, "SYSTEMD_NSPAWN_TMPFS_TMP": "0"})

    def copy(self, sources, target, context, ignored):
        into = self.root / os.path.join(self.folder, target).lstrip("/")
        many = len(sources) > 1 or target.endswith("/")
        for pattern in sources:
            found = glob.glob(str(context / pattern.lstrip("/")), include_hidden=True) if pattern != "." else [str(context)]
            assert found, f"COPY {pattern}: nothing is there"
            for source in map(pathlib.Path, found):
                if source.is_dir():
                    shutil.copytree(source, into, symlinks=True, dirs_exist_ok=True, ignore=ignored(context))
                else:
                    (into if many else into.parent).mkdir(parents=True, exist_ok=True)
                    shutil.copy2(source, into / source.name if many else into)


def docker_ignore(file):
    patterns = [line.strip() for line in file.read_text().splitlines() if line.strip() and line[0] != "#"]

    def fits(path, pattern):
        return fnmatch.fnmatch(path, pattern) or (
            pattern.startswith("**/") and fnmatch.fnmatch(os.path.basename(path), pattern.removeprefix("**/")))

    def left_out(path):
        """The last pattern that fits decides; one that begins with "!" takes the file in again."""
        last = next((pattern for pattern in reversed(patterns) if fits(path, pattern.removeprefix("!"))), "!")
        return not last.startswith("!")

    def of(context):
        def ignore(folder, names):
            here = pathlib.Path(folder).relative_to(context)
            return [name for name in names if left_out(str(here / name))]
        return ignore
    return of


def build(context, into):
    ignored = docker_ignore(context / ".dockerignore")
    stages, stage = {}, None
    for word, rest in instructions((context / "docker" / "Dockerfile").read_text()):
        print(f"image: {word} {rest[:90]}", file=sys.stderr, flush=True)
        if word == "FROM":
            image, _, name = re.fullmatch(r"(\S+)( AS (\S+))?", rest, re.I).groups()
            stage = stages[name or "last"] = Stage(image, into / (name or "root"))
        elif word == "WORKDIR":
            stage.folder = os.path.join(stage.folder, rest)
            (stage.root / stage.folder.lstrip("/")).mkdir(parents=True, exist_ok=True)
        elif word == "COPY":
            words = rest.split()
            if words[0].startswith("--from="):
                other = stages[words.pop(0).removeprefix("--from=")]
                stage.copy(words[:-1], words[-1], other.root, lambda context: None)
            else:
                stage.copy(words[:-1], words[-1], context, ignored)
        elif word == "RUN":
            stage.run(rest)
        elif word == "ENV":
            stage.environment.update(pair.split("=", 1) for pair in shlex.split(rest))
        elif word in ("ENTRYPOINT", "CMD"):
            stage.image[word.capitalize()] = json.loads(rest)
        elif word == "HEALTHCHECK":
            stage.image["Healthcheck"] = json.loads(rest[rest.index("CMD ") + 4:])
        elif word == "EXPOSE":
            stage.image["ExposedPorts"].append(int(rest))
        elif word == "STOPSIGNAL":
            stage.image["StopSignal"] = rest
        else:
            assert word == "LABEL", f"the Dockerfile has an instruction that is not known here: {word}"
    (into / "image.json").write_text(json.dumps({**stage.image, "WorkingDir": stage.folder, "Env": stage.environment}))


if __name__ == "__main__":
    build(pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve())
