"""Portkey's gateway, which keeps no accounts, on the same machine: for comparison, where it is installed."""

import contextlib
import json
import os
import pathlib
import shutil
import socket
import subprocess

from figure import Figure, listed, ratios, side_by_side
from polling import poll
from ports import free_port

PACKAGE = "@portkey-ai/gateway"


def installed():
    """Its folder: below that which PORTKEY_PREFIX names, or where npm installs for everybody."""
    prefix = os.environ.get("PORTKEY_PREFIX")
    if prefix:
        modules = pathlib.Path(prefix) / "node_modules"
    elif shutil.which("npm"):
        modules = pathlib.Path(subprocess.run(["npm", "root", "--global"], check=True, capture_output=True,
                                              text=True).stdout.strip())
    else:
        return None
    folder = modules / PACKAGE
    return folder if folder.is_dir() else None


@contextlib.contextmanager
def gateway(folder, log_file, upstream_port):
    """Its port, while it runs."""
    port = free_port()
    with open(log_file, "wb") as log:
        process = subprocess.Popen(
            ["setpriv", "--pdeathsig", "TERM", "--", "node", folder / "build" / "start-server.js", f"--port={port}",
             "--headless"], stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
            env={**os.environ, "TRUSTED_CUSTOM_HOSTS": f"127.0.0.1,127.0.0.1:{upstream_port}"})

    def listens():
        assert process.poll() is None, f"the gateway ended with {process.returncode}, see {log_file}"
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0
    try:
        poll(listens, 30, "Portkey's gateway listens")
        yield port
    finally:
        process.terminate()
        process.wait(10)


def portkey(setting):
    folder = installed()
    if folder is None:
        print(f"bench: portkey: left out: npm install --global {PACKAGE}, or name its --prefix in PORTKEY_PREFIX")
        return []
    service, seconds = setting.service(), setting.seconds(3)
    setting.new_script()
    version = json.loads((folder / "package.json").read_text())["version"]
    headers = ("x-portkey-provider: openai", f"x-portkey-custom-host: {setting.stand_in.url}/v1")
    with gateway(folder, setting.folder / "portkey.log", setting.stand_in.port) as port:
        def ours():
            return setting.load(service.port, seconds, what="portkey, ours").per_second

        def theirs():
            return setting.load(port, seconds, what="portkey", headers=headers).per_second

        theirs()
        own, other = side_by_side(setting.pairs(3), ours, theirs)
    return [Figure("portkey", f"requests/s, 64 connections, over Portkey's gateway {version}", 1, 10,
                   ratios(own, other), f"requests/s: ours {listed(own)}, Portkey {listed(other)}, one process each "
                   "but our two workers; it counts nothing")]
