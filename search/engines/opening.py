"""Opening the engine that a setting names; the engines themselves are imported only here."""

from __future__ import annotations

from pathlib import Path

from search.engines.contract import Engine, EngineOptions
from search.engines.errors import EngineError


def open_engine(setting: str, folder: Path, options: EngineOptions | None = None) -> Engine:
    """The engine that a setting names: ``"tantivy"`` (its indices under ``folder``) or one or more URLs.

    Several URLs of the same cluster are separated by commas. The engine's library is imported only here.
    """
    if setting.strip().lower() == "tantivy":
        from search.engines.tantivy.engine import TantivyEngine

        return TantivyEngine(folder)
    urls = [url.strip() for url in setting.split(",") if url.strip()]
    if urls and all(url.startswith(("http://", "https://")) for url in urls):
        try:
            from search.engines.elasticsearch.engine import ElasticsearchEngine
        except ImportError as error:
            raise EngineError(
                "The Elasticsearch client is not installed.",
                'Install it with: pip install "litatlas[elasticsearch]".',
            ) from error
        return ElasticsearchEngine(urls, options or EngineOptions())
    raise EngineError(
        f"The engine “{setting[:200]}” is not known.",
        "Set LITATLAS_ENGINE to tantivy or to an Elasticsearch URL such as http://127.0.0.1:9200.",
    )
