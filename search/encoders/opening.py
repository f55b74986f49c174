"""The encoder that a setting names: a folder, or the address of an ``/embeddings`` endpoint."""

from __future__ import annotations

from pathlib import Path

from search.encoders.encoder import Encoder


def open_encoder(
    setting: str, cache: Path, *, key: str = "", timeout: float = 30.0, threads: int = 0
) -> Encoder:
    """Open an encoder; ``cache`` is where what is made of a folder is kept.

    Raises:
        EncoderError: it cannot be opened.
    """
    if setting.startswith(("http://", "https://")):
        from search.encoders.endpoint import EndpointEncoder

        return EndpointEncoder(setting, key, timeout)
    from search.encoders.onnx_folder import OnnxEncoder

    return OnnxEncoder(Path(setting).expanduser(), cache, threads)
