"""`cmake --install` below any prefix: what was installed runs from there."""

import shutil
import subprocess

import pytest

from http_client import send
from locations import build_tree
from ports import free_port
from stack import Stack


@pytest.fixture(scope="module")
def prefix(tmp_path_factory):
    prefix = tmp_path_factory.mktemp("prefix")
    subprocess.run(["cmake", "--install", build_tree(), "--prefix", prefix], check=True, stdout=subprocess.DEVNULL)
    return prefix


def test_it_runs_from_any_prefix(prefix, tmp_path, stand_in):
    stack = Stack(tmp_path, {"UPSTREAM_BASE_URL": stand_in.url}, serve_script=prefix / "share/dreamina-manager/nginx/serve.sh")
    try:
        stack.start()
        page = send(stack.port, "GET", "/")
        assert page.status == 200 and b"<title>Dreamina Manager" in page.body
        stack.add_account()
        assert stack.generate().status == 200
        assert all(process.command.startswith(str(prefix)) for process in stack.processes() if process.program == "dreamina-fcgi")
        assert stack.stop() == 0
    finally:
        stack.kill_all()

    files = [file for file in [*prefix.rglob("*.service"), *prefix.rglob("*.conf")] if file.is_file()]
    assert len(files) > 8
    for file in files:
        assert "@" not in file.read_text().replace("dreamina-fcgi@", "").replace("@system-service", "") \
            .replace("@privileged", "").replace("@resources", ""), f"{file} has something that is not filled in"
    worker = (prefix / "lib/systemd/system/dreamina-fcgi@.service").read_text()
    assert f"ExecStart={prefix}/bin/dreamina-fcgi " in worker
    assert f"ReadWritePaths=-{prefix}/etc/dreamina-manager" in worker


def test_an_nginx_takes_the_snippets_of_any_prefix(prefix, tmp_path):
    etc = prefix / "etc/nginx"
    temporary = " ".join(f"{kind}_temp_path {tmp_path}/{kind};" for kind in ("client_body", "fastcgi", "proxy", "scgi", "uwsgi"))
    (tmp_path / "nginx.conf").write_text(f"""
        pid {tmp_path}/pid; events {{}}
        http {{ access_log off; {temporary}
            include {etc}/conf.d/dreamina-manager.conf; server {{ listen 127.0.0.1:{free_port()};
            include {etc}/snippets/dreamina-v1.conf; set $dreamina_base /d;
            location ^~ /d/ {{ include {etc}/snippets/dreamina-page.conf; }} }} }}""")
    nginx = shutil.which("nginx", path="/usr/sbin:/usr/bin")
    tried = subprocess.run([nginx, "-t", "-q", "-e", "stderr", "-c", tmp_path / "nginx.conf"], capture_output=True, text=True)
    assert tried.returncode == 0, tried.stderr
