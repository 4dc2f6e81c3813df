"""Plain nginx in front of the upstream, to compare the service with."""

import grp
import os
import pathlib
import pwd
import resource
import socket
import subprocess

from polling import poll
from ports import free_port

TEMPLATE = pathlib.Path(__file__).with_name("plain_proxy.conf.in")


class PlainProxy:
    def __init__(self, folder, upstream_port):
        folder.mkdir()
        self.port, self.unbuffered_port = free_port(), free_port()
        # As root, nginx's workers would run as a user who cannot write to the folder.
        user = f"user {pwd.getpwuid(0).pw_name} {grp.getgrgid(0).gr_name};" if os.geteuid() == 0 else ""
        text = TEMPLATE.read_text()
        for name, value in {"USER": user, "FOLDER": folder, "UPSTREAM_PORT": upstream_port, "PORT": self.port,
                            "UNBUFFERED_PORT": self.unbuffered_port,
                            "OPEN_FILES": min(65536, resource.getrlimit(resource.RLIMIT_NOFILE)[1])}.items():
            text = text.replace(f"@{name}@", str(value))
        (folder / "nginx.conf").write_text(text)
        self.output = open(folder / "output", "wb")
        self.process = subprocess.Popen(
            ["setpriv", "--pdeathsig", "TERM", "--", "nginx", "-e", str(folder / "error.log"),
             "-c", str(folder / "nginx.conf")],
            stdin=subprocess.DEVNULL, stdout=self.output, stderr=subprocess.STDOUT)
        poll(self.is_up, 10, "plain nginx listens")

    def is_up(self):
        assert self.process.poll() is None, f"nginx ended with {self.process.returncode}, see {self.output.name}"
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def stop(self):
        self.process.terminate()
        self.process.wait(10)
        self.output.close()
