"""An operator's own nginx with a site of its own, whose configuration includes our files as a package installs them."""

import os
import subprocess

from http_client import send
from locations import ROOT, build_tree
from polling import poll
from ports import free_port

CONFIGURATION = """
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    fastcgi_temp_path {folder}/fastcgi;
    proxy_temp_path {folder}/proxy;
    scgi_temp_path {folder}/scgi;
    uwsgi_temp_path {folder}/uwsgi;
    include {folder}/conf.d/*.conf;

    server {{
        listen 127.0.0.1:{port};
        listen 127.0.0.1:{tls_port} ssl;
        ssl_certificate {folder}/certificate.pem;
        ssl_certificate_key {folder}/key.pem;
        # Another proxy in front of it.
        set_real_ip_from 127.0.0.1;
        real_ip_header X-Forwarded-For;

        location / {{ return 200 "their site: $uri"; }}
        location /api/ {{ return 200 "their api: $uri"; }}
        location ~ [.](js|svg)$ {{ return 418; }}

        include snippets/dreamina-v1.conf;
        set $dreamina_base /tools/dreamina;
        location ^~ /tools/dreamina/ {{ include snippets/dreamina-page.conf; }}
    }}

    server {{
        listen 127.0.0.1:{other_port};
        location / {{ return 200 "another site: $uri"; }}
    }}
}}
"""


class ExistingNginx:
    def __init__(self, folder, socket, results):
        self.folder = folder
        self.port, self.tls_port, self.other_port = free_port(), free_port(), free_port()
        subprocess.run(["cmake", "--install", build_tree(), "--prefix", "/usr"], check=True, stdout=subprocess.DEVNULL,
                       env={**os.environ, "DESTDIR": str(folder / "installed")})
        for file in (folder / "installed" / "etc" / "nginx").glob("*/*.conf"):
            text = file.read_text().replace("/run/dreamina-manager/workers.sock", socket)
            text = text.replace("/var/lib/dreamina-manager-results", str(results))
            text = text.replace(self.installed_page(text), f'root "{ROOT}/static/dist";')
            target = folder / file.parent.name / file.name
            target.parent.mkdir(exist_ok=True)
            target.write_text(text)
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
                        "-keyout", folder / "key.pem", "-out", folder / "certificate.pem"], check=True, capture_output=True)
        user = "user root;" if os.geteuid() == 0 else ""
        (folder / "nginx.conf").write_text(user + CONFIGURATION.format(
            folder=folder, port=self.port, tls_port=self.tls_port, other_port=self.other_port))
        self.process = subprocess.Popen(["setpriv", "--pdeathsig", "TERM", "--", "nginx", "-e", folder / "error.log",
                                         "-c", folder / "nginx.conf"], stderr=subprocess.PIPE, text=True)
        poll(self.is_up, what="their nginx is up")

    @staticmethod
    def installed_page(text):
        return next((line.strip() for line in text.splitlines() if line.strip().startswith("root ")), "\0")

    def is_up(self):
        if self.process.poll() is not None:
            raise RuntimeError(f"nginx does not start: {self.process.stderr.read()}")
        try:
            return send(self.port, "GET", "/", timeout=5).status == 200
        except OSError:
            return False

    def stop(self):
        self.process.terminate()
        self.process.wait(60)
