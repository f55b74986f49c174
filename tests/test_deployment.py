"""Every file of the deployment page is one that its program accepts: systemd, nginx, Caddy."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

from litatlas.settings import reference
from tests.conftest import missing

PAGE = Path(__file__).parents[1] / "docs" / "deployment.md"
FILE = re.compile(r"^```\w+\n# (/etc/\S+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
FILES: dict[str, str] = dict(FILE.findall(PAGE.read_text("utf-8")))
UNITS = {Path(name).name: text for name, text in FILES.items() if "/systemd/" in name}
PROGRAM = "/opt/litatlas/.venv/bin/litatlas"


def _program(name: str) -> str:
    """The path of a program that the machine must have where these parts are required."""
    found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if found is None:
        missing("deployment", f"{name} is not installed (see scripts/packages.sh)")
    assert found
    return found


def _run(*line: str, **environment: str) -> str:
    done = subprocess.run(
        line, capture_output=True, text=True, timeout=120, env={**os.environ, **environment}, check=False
    )
    told = done.stdout + done.stderr
    assert done.returncode == 0, told
    return told


def test_the_page_has_the_files_of_a_server() -> None:
    assert set(UNITS) == {
        "litatlas.service", "litatlas-worker.service", "litatlas-backup.service", "litatlas-backup.timer",
    }  # fmt: skip
    assert {"/etc/litatlas.env", "/etc/nginx/sites-enabled/litatlas", "/etc/caddy/Caddyfile"} <= set(FILES)


def test_the_settings_are_settings() -> None:
    names = [line.partition("=")[0] for line in FILES["/etc/litatlas.env"].splitlines() if line]
    assert set(names) <= {row[1] for row in reference()}
    assert "LITATLAS_ACCOUNTS" in names


def test_systemd_accepts_the_units(tmp_path: Path) -> None:
    analyze = _program("systemd-analyze")
    for name, text in UNITS.items():
        assert name.endswith(".timer") or PROGRAM in text
        (tmp_path / name).write_text(text.replace(PROGRAM, "/usr/bin/true"), "utf-8")
    told = _run(analyze, "verify", "--man=no", *(str(tmp_path / name) for name in UNITS))
    assert str(tmp_path) not in told, told


def test_nginx_accepts_its_file(tmp_path: Path) -> None:
    nginx, openssl = _program("nginx"), _program("openssl")
    key, certificate = tmp_path / "privkey.pem", tmp_path / "fullchain.pem"
    _run(
        openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=lit.example.org",
        "-days", "2", "-keyout", str(key), "-out", str(certificate),
    )  # fmt: skip
    text = FILES["/etc/nginx/sites-enabled/litatlas"]
    place = "/etc/letsencrypt/live/lit.example.org"
    assert text.count(place) == 2
    site = tmp_path / "site"
    site.write_text(text.replace(place, str(tmp_path)).replace(" 80;", " 8080;").replace(":80;", ":8080;"))
    whole = tmp_path / "nginx.conf"
    whole.write_text(
        f"pid {tmp_path}/pid;\nerror_log {tmp_path}/log;\nevents {{}}\n"
        f"http {{ access_log off; client_body_temp_path {tmp_path}/body; proxy_temp_path {tmp_path}/proxy;\n"
        f"fastcgi_temp_path {tmp_path}/f; uwsgi_temp_path {tmp_path}/u; scgi_temp_path {tmp_path}/s;\n"
        f"include {site}; }}\n"
    )
    assert "test is successful" in _run(nginx, "-t", "-p", str(tmp_path), "-c", str(whole))


def test_caddy_accepts_its_file(tmp_path: Path) -> None:
    caddy = _program("caddy")
    file = tmp_path / "Caddyfile"
    file.write_text(FILES["/etc/caddy/Caddyfile"], "utf-8")
    home = {"HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)}
    told = _run(caddy, "validate", "--adapter", "caddyfile", "--config", str(file), **home)
    assert "Valid configuration" in told
    assert "not formatted" not in told
