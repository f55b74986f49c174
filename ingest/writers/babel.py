"""Languages as babel and BibLaTeX name them in ``langid``."""

from __future__ import annotations

NAMES = {
    "af": "afrikaans", "ar": "arabic", "az": "azerbaijani", "bg": "bulgarian", "bs": "bosnian",
    "ca": "catalan", "cs": "czech", "cy": "welsh", "da": "danish", "de": "ngerman", "el": "greek",
    "en": "english", "eo": "esperanto", "es": "spanish", "et": "estonian", "eu": "basque", "fa": "persian",
    "fi": "finnish", "fr": "french", "ga": "irish", "gl": "galician", "he": "hebrew", "hi": "hindi",
    "hr": "croatian", "hu": "hungarian", "hy": "armenian", "id": "indonesian", "is": "icelandic",
    "it": "italian", "ja": "japanese", "ka": "georgian", "kk": "kazakh", "ko": "korean", "la": "latin",
    "lt": "lithuanian", "lv": "latvian", "mk": "macedonian", "ml": "malayalam", "ms": "malay",
    "nb": "norsk", "nl": "dutch", "nn": "nynorsk", "no": "norsk", "pl": "polish", "pt": "portuguese",
    "ro": "romanian", "ru": "russian", "sk": "slovak", "sl": "slovene", "sq": "albanian", "sr": "serbian",
    "sv": "swedish", "ta": "tamil", "th": "thai", "tr": "turkish", "uk": "ukrainian", "ur": "urdu",
    "vi": "vietnamese", "zh": "chinese",
}  # fmt: skip
"""ISO 639-1 → babel's name; German is that of today's spelling."""
