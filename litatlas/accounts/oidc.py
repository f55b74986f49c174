"""Signing in by OpenID Connect: the authorization code flow with PKCE, a nonce and a state.

The provider is found by discovery (OpenID Connect Discovery 1.0). Its keys are kept for an hour and asked for
again when a token names one that is not among them. An account is known by (issuer, subject) alone.
"""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from ingest.network.endpoint import EndpointError, exchange
from litatlas.accounts import secrets
from litatlas.errors import ForbiddenError, SettingsError, UnavailableError
from litatlas.settings import Settings

if TYPE_CHECKING:  # authlib and joserfc are slow to import, and most atlases have no provider
    from joserfc.jwk import KeySet

ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
"""Signatures that are believed: those by a provider's own key; neither "none" nor shared secrets."""
_MAX_SUBJECT = 255  # characters, as OpenID Connect bounds it
SKEW_SECONDS = 60
"""How far the clocks of the provider and of this machine may be apart."""
FLOW_SECONDS = 600
"""How long a person may take to sign in at the provider."""

_TIMEOUT = 10.0  # seconds to the last byte of an answer
_LARGEST = 1_000_000  # bytes of an answer of the provider
_KEPT_SECONDS = 3_600.0
_AGAIN_SECONDS = 10.0  # before keys are asked for again because a token names an unknown one
_LOCAL = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Flow:
    """What a browser keeps while its person is at the provider."""

    state: str
    nonce: str
    verifier: str
    next: str
    began: float

    @classmethod
    def new(cls, next: str) -> Flow:
        """A flow that leads back to an address of ours."""
        return cls(secrets.fresh(), secrets.fresh(), secrets.fresh(), next, time.time())

    @classmethod
    def read(cls, text: str) -> Flow | None:
        """A flow as `text` wrote it; None where it is none, or too old."""
        try:
            flow = cls(**json.loads(text))
            age = time.time() - float(flow.began)
            good = all(isinstance(part, str) for part in (flow.state, flow.nonce, flow.verifier, flow.next))
        except (ValueError, TypeError):
            return None
        return flow if good and -SKEW_SECONDS < age < FLOW_SECONDS else None

    def text(self) -> str:
        """The flow as text."""
        return json.dumps({name: getattr(self, name) for name in self.__slots__})


@dataclass(frozen=True, slots=True)
class Identity:
    """Who somebody is at the provider."""

    issuer: str
    subject: str
    name: str
    groups: tuple[str, ...]


class SignInError(ForbiddenError):
    """A sign-in at the provider that cannot be believed."""


class Provider:
    """The OpenID Connect provider of the settings; safe for threads.

    It is asked without a lock: while it is slow, each sign-in waits for its own answer and not for others'.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.issuer = settings.oidc_issuer.rstrip("/")
        self._known: tuple[float, dict[str, Any]] | None = None
        self._keys: tuple[float, KeySet] | None = None
        if self.issuer and not _is_safe(self.issuer):
            raise SettingsError(f"oidc_issuer is {settings.oidc_issuer!r}.", "It must be an https address.")

    def address(self, flow: Flow, back: str) -> str:
        """Where a browser is sent to sign in; ``back`` is our address that it comes back to."""
        from authlib.oauth2.rfc7636 import create_s256_code_challenge

        parameters = {
            "response_type": "code",
            "client_id": self._settings.oidc_client_id,
            "redirect_uri": back,
            "scope": self._settings.oidc_scopes,
            "state": flow.state,
            "nonce": flow.nonce,
            "code_challenge": create_s256_code_challenge(flow.verifier),
            "code_challenge_method": "S256",
        }
        place = str(self._metadata()["authorization_endpoint"])
        return place + ("&" if "?" in place else "?") + urlencode(parameters)

    def identity(self, flow: Flow | None, answer: Mapping[str, str], back: str) -> Identity:
        """Who came back from the provider, by what the browser brought.

        Raises:
            SignInError: it cannot be believed, or the provider said no. UnavailableError: it does not answer.
        """
        if flow is None or not secrets.same(flow.state, answer.get("state", "")):
            raise SignInError("This sign-in was not started here, or has expired.", "Begin again.")
        if error := answer.get("error"):
            raise SignInError(f"The provider refused: {error[:100]}.", "Try again, or ask its administrator.")
        if answer.get("iss") and answer["iss"].rstrip("/") != self.issuer:
            raise SignInError("This answer is from another provider.", "Begin again.")
        claims = self._claims(self._id_token(flow, answer.get("code", ""), back), flow)
        return self._identity(claims)

    def _identity(self, claims: Mapping[str, Any]) -> Identity:
        if claims.get("email_verified", True) not in (True, "true"):  # some providers write words
            raise SignInError(
                "Your e-mail address is not verified at the provider.", "Verify it there first."
            )
        groups = claims.get(self._settings.oidc_groups_claim, [])
        groups = [groups] if isinstance(groups, str) else groups
        names = (claims.get(claim) for claim in (self._settings.oidc_name_claim, "name", "email", "sub"))
        name = next((name for name in names if isinstance(name, str) and name.strip()), "")
        group_names = (
            [group for group in groups if isinstance(group, str)] if isinstance(groups, list) else []
        )
        return Identity(self.issuer, str(claims["sub"]), name, tuple(group_names))

    def _id_token(self, flow: Flow, code: str, back: str) -> str:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": back,
            "client_id": self._settings.oidc_client_id,
            "code_verifier": flow.verifier,
        }
        pair = f"{self._settings.oidc_client_id}:{self._settings.oidc_client_secret}".encode()
        headers = {"Authorization": "Basic " + base64.b64encode(pair).decode()}
        if not self._settings.oidc_client_secret:
            headers = {}
        answer = _asked(str(self._metadata()["token_endpoint"]), form, headers)
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise SignInError("The provider sent no identity.", "The scopes must include openid.")
        return token

    def _claims(self, token: str, flow: Flow) -> Mapping[str, Any]:
        """What a token says, when it is the provider's, for us, of this flow, and of now."""
        from authlib.oidc.core import CodeIDToken
        from joserfc import jwt
        from joserfc.errors import JoseError

        try:
            try:
                decoded = jwt.decode(token, self._key_set(), algorithms=ALGORITHMS)
            except (JoseError, ValueError):
                decoded = jwt.decode(token, self._key_set(again=True), algorithms=ALGORITHMS)
            options = {
                "iss": {"essential": True, "value": str(self._metadata()["issuer"])},
                "aud": {"essential": True, "value": self._settings.oidc_client_id},
                "nonce": {"essential": True, "value": flow.nonce},
                "sub": {"essential": True},
            }
            params = {"nonce": flow.nonce, "client_id": self._settings.oidc_client_id}
            claims = CodeIDToken(decoded.claims, decoded.header, options, params)
            claims.validate(leeway=SKEW_SECONDS)
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise SignInError("The provider's answer cannot be trusted.", f"{error}"[:200]) from error
        subject = str(claims.get("sub", ""))
        if not secrets.same(str(claims.get("nonce", "")), flow.nonce) or not 0 < len(subject) <= _MAX_SUBJECT:
            raise SignInError("The provider's answer is not for this sign-in.", "Begin again.")
        return dict(claims)

    # -- what the provider says of itself -------------------------------------------------------------------

    def _metadata(self) -> dict[str, Any]:
        known = self._known
        if known is None or time.monotonic() - known[0] > _KEPT_SECONDS:
            metadata = _asked(f"{self.issuer}/.well-known/openid-configuration")
            if str(metadata.get("issuer", "")).rstrip("/") != self.issuer:
                raise SettingsError(
                    f"The provider at {self.issuer} calls itself {metadata.get('issuer')!r}.",
                    "Set oidc_issuer to the name that it gives itself.",
                )
            for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
                if not _is_safe(str(metadata.get(name, ""))):
                    raise UnavailableError(f"The provider has no usable {name}.", "Check its settings.")
            self._known = known = time.monotonic(), metadata
        return known[1]

    def _key_set(self, *, again: bool = False) -> KeySet:
        from joserfc.jwk import KeySet

        place = str(self._metadata()["jwks_uri"])
        keys = self._keys
        if keys is None or time.monotonic() - keys[0] > (_AGAIN_SECONDS if again else _KEPT_SECONDS):
            key_set = _asked(place)
            signing = [key for key in key_set.get("keys", []) if key.get("use", "sig") == "sig"]
            self._keys = keys = time.monotonic(), KeySet.import_key_set({"keys": signing})
        return keys[1]


def _is_safe(address: str) -> bool:
    """Whether an address is encrypted, or of this machine."""
    try:
        parts = urlsplit(address)
        return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOCAL)
    except ValueError:
        return False


def _asked(
    place: str, form: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """A JSON answer of the provider, by GET or to a form."""
    headers = {"Accept": "application/json", **(headers or {})}
    content = None
    if form is not None:
        content = urlencode(form).encode()
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    try:
        answer = exchange(place, content, headers, timeout=_TIMEOUT, largest=_LARGEST)
    except EndpointError as error:
        message = f"The provider of the sign-in {error.trouble}."
        raise UnavailableError(message, "Try again later.") from error
    if form is not None and answer.status in (400, 401):
        raise SignInError("The provider did not accept this sign-in.", "Begin again.")
    if answer.status != 200:
        message = f"The provider of the sign-in answered with status {answer.status}."
        raise UnavailableError(message, "Try again later.")
    answer_fields = answer.json()
    if not isinstance(answer_fields, dict):
        raise UnavailableError("The provider's answer is empty or unreadable.", "Check its settings.")
    return answer_fields
