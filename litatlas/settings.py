"""Settings: one registry with defaults and help; environment over ``litatlas.toml`` over the default."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Literal

from litatlas.errors import SettingsError

CONFIG_NAME = "litatlas.toml"
DEFAULT_HOME = Path("~/.local/share/litatlas")


def _setting(default: Any, text: str) -> Any:
    return field(default=default, metadata={"help": text})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All settings; each is an environment variable ``LITATLAS_NAME`` or a key of litatlas.toml."""

    home: Path = _setting(DEFAULT_HOME, "Folder of the library, the models, the index and the uploads.")
    engine: str = _setting(
        "tantivy", "Where papers are indexed: tantivy (embedded), or the URL of an Elasticsearch cluster."
    )
    library: str = _setting(
        "", "Database URL of the library. Default: SQLite in the home folder; PostgreSQL for several hosts."
    )
    store: str = _setting(
        "",
        "Where hosts without a common folder share models, segments, suggestions, uploads and Tantivy's "
        "index: s3://bucket/prefix, or file:///folder. Credentials come from the environment. Default: the "
        "home folder alone.",
    )
    processes: int = _setting(0, "Processes for reading and analysis. Default: one for each core, at most 4.")
    web_processes: int = _setting(0, "Processes that serve the web. Default: one for each core, at most 4.")
    waiting_seconds: int = _setting(
        5,
        "Seconds that readers may wait for their turn. Who would wait longer, as those before them show, is "
        "refused at once (503 with Retry-After); health checks are always answered.",
    )
    trainer: str = _setting(
        "auto", "Trainer of the topic model: auto, bigartm or portable (numpy, where BigARTM has no wheel)."
    )
    training_papers: int = _setting(
        500_000,
        "Most papers that topics are learned from, drawn from every collection and year; all others find "
        "their places in what is learned. 0: all papers.",
    )
    index_prefix: str = _setting("litatlas", "Prefix of every index and alias in Elasticsearch.")
    elasticsearch_api_key: str = _setting("", "API key for Elasticsearch.")
    elasticsearch_ca: str = _setting(
        "", "File with the certificate of the authority that signed Elasticsearch's."
    )
    elasticsearch_timeout: int = _setting(10, "Seconds to wait for an answer from Elasticsearch.")
    elasticsearch_shards: int = _setting(1, "Primary shards of an index in Elasticsearch.")
    elasticsearch_replicas: int = _setting(0, "Replicas of each shard in Elasticsearch.")
    upload_megabytes: int = _setting(200, "Largest upload that the web accepts, in megabytes.")
    keep_pdfs: bool = _setting(
        True, "Whether PDFs of papers that are added are kept, and shown beside their abstracts."
    )
    pdfs_megabytes: int = _setting(
        5_000, "Megabytes that all kept PDFs may take; more are read as papers, and the files not kept."
    )
    queued_jobs: int = _setting(100, "How many jobs (uploads, builds) may wait at once.")
    backup_keep: int = _setting(
        7, "How many backups are kept under one name: FILE, FILE.1 (the one before), FILE.2, and so on."
    )
    encoder: str = _setting(
        "",
        "A sentence encoder of your own for ranking: a folder with an ONNX model (or the weights of a BERT) "
        "and its tokenizer, or the URL of an /embeddings endpoint (#NAME after it names the model).",
    )
    encoder_key: str = _setting("", "Key that is sent to the encoder's endpoint as a bearer token.")
    contact: str = _setting("", "Your e-mail address, sent along when harvesting, as the sources request.")
    openalex_key: str = _setting("", "Your API key for OpenAlex (free; needed to page through results).")
    pubmed_key: str = _setting(
        "", "Your API key for NCBI (free; it allows ten requests a second, not three)."
    )
    allowed_hosts: str = _setting(
        "",
        "Host names that the server answers to, separated by commas, or * for any. Default: those of this "
        "machine and the address it is bound to.",
    )
    trusted_proxies: str = _setting(
        "127.0.0.1,::1", "Addresses of proxies whose X-Forwarded-Proto, -Host and -Prefix are trusted."
    )
    base_path: str = _setting("", "Path under which the atlas is served behind a proxy, such as /litatlas.")
    accounts: str = _setting(
        "off",
        "Who may use the server: off (everybody may everything), on (users sign in), proxy (a trusted proxy "
        "names the user).",
    )
    public_reading: bool = _setting(
        True, "With accounts: whether people who are not signed in may search and read what is not private."
    )
    password_login: bool = _setting(True, "May users sign in with a password?")
    session_days: int = _setting(14, "Days after which users have to sign in again.")
    default_role: str = _setting(
        "reader",
        "Role of users who sign in for the first time by OpenID Connect or a proxy; none: no new users.",
    )
    group_roles: str = _setting(
        "", "Roles by group of OpenID Connect or of a proxy, as in lab=editor,admins=keeper."
    )
    oidc_issuer: str = _setting("", "Address of an OpenID Connect provider, as in https://login.example.org.")
    oidc_client_id: str = _setting("", "This atlas's client id at the provider.")
    oidc_client_secret: str = _setting("", "This atlas's secret at the provider.")
    oidc_scopes: str = _setting("openid profile email", "Scopes to ask the provider for.")
    oidc_name_claim: str = _setting(
        "preferred_username",
        "The claim that a new user's name is taken from; accounts are never matched by it.",
    )
    oidc_groups_claim: str = _setting("groups", "The claim that a user's groups are taken from.")
    proxy_user_header: str = _setting(
        "X-Remote-User", "With accounts = proxy: the header with the user's name."
    )
    proxy_groups_header: str = _setting(
        "X-Remote-Groups", "With accounts = proxy: the header with the user's groups, separated by commas."
    )
    audit_days: int = _setting(400, "Days for which the audit log is kept.")
    reads_per_minute: int = _setting(
        0, "Searches, exports and explorations per minute allowed for one client; 0: no limit."
    )
    uploads_per_minute: int = _setting(0, "Uploads per minute allowed for one client; 0: no limit.")
    uploads_megabytes: int = _setting(20_000, "Megabytes that all files waiting to be added may take.")
    free_megabytes: int = _setting(
        500, "Megabytes of free disk below which uploads are refused, before the disk is full."
    )
    llm: str = _setting(
        "",
        "Address of a language model that proposes names of topics, OpenAI-shaped, as in "
        "http://127.0.0.1:11434/v1. Words, tags and titles of papers are sent there; nothing without it.",
    )
    llm_model: str = _setting("", "The model's name at that address, as in llama3.2.")
    llm_key: str = _setting("", "The key for that address, where it needs one.")
    llm_timeout: int = _setting(60, "Seconds to wait for an answer of the language model.")
    log_format: str = _setting(
        "auto",
        "How servers, workers and commands log: text, logfmt, json, or auto (text on a terminal, else "
        "logfmt).",
    )
    log_level: str = _setting("info", "What is logged: debug, info, warning or error, and what is graver.")
    log_file: str = _setting(
        "",
        "File that is logged to, also by commands. Default: standard error, and commands log nothing. It may "
        "be moved away (logrotate); it is made anew.",
    )
    access_log: bool = _setting(
        True, "Log every request with its status and duration (health checks and styles at level debug)."
    )
    slow_milliseconds: int = _setting(
        2_000, "Requests that take so long are logged as slow, with where the time went; 0: none are."
    )
    slow_query_text: bool = _setting(
        True,
        "Whether the log of slow requests has the words of queries; else only how long and of what kind.",
    )
    read_only: bool = _setting(False, "Turn off uploads, rebuilds and curation on the web.")

    @property
    def library_url(self) -> str:
        """The library's database URL, with the default filled in."""
        return self.library or f"sqlite:///{self.home / 'library.db'}"

    @property
    def web_process_count(self) -> int:
        """Processes that answer the web: as set, else one for each core, at most 4."""
        return self.web_processes or min(4, os.cpu_count() or 1)

    @property
    def process_count(self) -> int:
        """Processes for parallel work: as set, else one for each core, at most 4."""
        return self.processes or min(4, os.cpu_count() or 1)


def load(home: str | Path | None = None, environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings: ``home`` (an argument) over the environment over litatlas.toml over the defaults.

    Raises:
        SettingsError: a value of the wrong type, or an unknown key in litatlas.toml.
    """
    environ = os.environ if environ is None else environ
    folder = Path(home or environ.get("LITATLAS_HOME") or Settings().home).expanduser().absolute()
    values: dict[str, Any] = {}
    known = {entry.name: entry for entry in fields(Settings)}
    for name, value in _from_file(folder / CONFIG_NAME).items():
        if name not in known:
            raise SettingsError(
                f"{folder / CONFIG_NAME} has an unknown setting {name!r}.",
                f"Known settings: {', '.join(known)}.",
            )
        values[name] = _convert(name, value, f"{folder / CONFIG_NAME}")
    for name in known:
        variable = f"LITATLAS_{name.upper()}"
        if environ.get(variable, "") != "":
            values[name] = _convert(name, environ[variable], variable)
    values["home"] = folder
    return Settings(**values)


def _from_file(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise SettingsError(f"{path} cannot be read: {error}.", "Fix or remove the file.") from error


def _convert(name: str, value: Any, where: str) -> Any:
    default = getattr(Settings(), name)
    try:
        if isinstance(default, bool):
            words = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}
            return words[str(value).lower()]
        if isinstance(default, int):
            number = int(str(value))
            if number < 0:
                raise ValueError(value)
            return number
    except (ValueError, KeyError) as error:
        kind = "true or false" if isinstance(default, bool) else "a whole number, 0 or more"
        raise SettingsError(f"{where}: {name} is {value!r}.", f"It must be {kind}.") from error
    return Path(value) if isinstance(default, Path) else str(value)


def accounts_mode(settings: Settings) -> Literal["off", "on", "proxy"]:
    """The mode that the setting ``accounts`` names.

    Raises:
        SettingsError: there is none of that name.
    """
    match settings.accounts.strip().lower():
        case "off" | "false" | "":
            return "off"
        case "on" | "true":
            return "on"
        case "proxy":
            return "proxy"
    raise SettingsError(f"accounts is {settings.accounts!r}.", "It must be off, on or proxy.")


def group_roles(settings: Settings) -> dict[str, str]:
    """Group → role, as the setting says.

    Raises:
        SettingsError: it cannot be read, or names another role.
    """
    roles: dict[str, str] = {}
    for part in filter(None, (part.strip() for part in settings.group_roles.split(","))):
        group, equals, role = (piece.strip() for piece in part.rpartition("="))
        if not (equals and group) or role not in ("reader", "editor", "keeper"):
            raise SettingsError(f"group_roles has {part!r}.", "Write it as lab=editor,admins=keeper.")
        roles[group] = role
    return roles


def trainer_named(name: str) -> Literal["bigartm", "portable"] | None:
    """The trainer that a setting names; None for ``auto``, which takes BigARTM where it is installed.

    Raises:
        SettingsError: there is none of that name.
    """
    if name == "auto":
        return None
    if name == "bigartm":
        return "bigartm"
    if name == "portable":
        return "portable"
    raise SettingsError(f"trainer is {name!r}.", "It must be auto, bigartm or portable.")


def reference() -> list[tuple[str, str, str, str]]:
    """Every setting as (key, environment variable, default, help), for the documentation and ``doctor``."""
    return [
        (entry.name, f"LITATLAS_{entry.name.upper()}", str(entry.default), entry.metadata["help"])
        for entry in fields(Settings)
    ]
