"""Tokens of a certified provider that knows nothing of us, at the gateway's check."""

import base64
import hmac
import json
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from jwt import PyJWK

from gateway.auth.errors import BadCredential
from gateway.auth.oidc import Identity, Issuers
from gateway.issuers import issuers_from
from services.chassis.kernel.config import Environment
from tests.conformance.oidc.provider import Provider, running, somewhere

pytestmark = pytest.mark.timeout(300)  # npm's packages are installed at the first run


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with running(somewhere()) as provider:
        yield provider


@asynccontextmanager
async def trusting(provider: Provider, *, later: float = 0) -> AsyncIterator[Issuers]:
    """The gateway's check, `later` seconds from now."""
    settings = issuers_from(Environment({"ISSUERS": json.dumps([provider.settings()])}))
    issuers = Issuers(settings, clock=lambda: time.time() + later)
    try:
        yield issuers
    finally:
        await issuers.close()


async def accepted(provider: Provider, token: str, *, later: float = 0) -> Identity:
    async with trusting(provider, later=later) as issuers:
        return await issuers.verify(token)


async def refused(provider: Provider, token: str, *, later: float = 0) -> None:
    async with trusting(provider, later=later) as issuers:
        with pytest.raises(BadCredential):
            await issuers.verify(token)


async def test_its_access_token_says_who_it_is(provider: Provider) -> None:
    identity = await accepted(provider, provider.access_token("focal-point"))
    assert (identity.issuer, identity.subject) == (provider.url, "focal-point")


async def test_a_token_for_another_audience_is_refused(provider: Provider) -> None:
    await refused(provider, provider.access_token("focal-point", resource="urn:another"))


async def test_a_token_that_has_expired_is_refused(provider: Provider) -> None:
    token = provider.access_token("focal-point")
    lifetime = (await accepted(provider, token)).expires_at - time.time()
    await accepted(provider, token, later=lifetime + 25)
    await refused(provider, token, later=lifetime + 35)


async def test_an_id_token_is_no_access_token(provider: Provider) -> None:
    await refused(provider, provider.tokens("focal-point", resource="urn:iccar")["id_token"])


async def test_a_token_of_another_provider_is_refused(provider: Provider) -> None:
    with running(somewhere()) as foreign:
        token = foreign.access_token("focal-point")
        await accepted(foreign, token)
        await refused(provider, token)
        await refused(provider, _with(token, claims={"iss": provider.url}))


async def test_rotated_keys_are_believed_at_once_and_old_ones_no_more(provider: Provider) -> None:
    old = provider.access_token("focal-point")
    async with trusting(provider) as issuers:
        await issuers.verify(old)
        provider.rotate()
        fresh = provider.access_token("focal-point")
        assert (await issuers.verify(fresh)).subject == "focal-point"
        with pytest.raises(BadCredential):
            await issuers.verify(old)


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", ""])
async def test_a_token_without_a_signature_is_refused(provider: Provider, algorithm: str) -> None:
    token = provider.access_token("focal-point")
    for signature in ("", token.rpartition(".")[2]):
        await refused(provider, f"{_with(token, header={'alg': algorithm}).rpartition('.')[0]}.{signature}")


@pytest.mark.parametrize("algorithm", ["HS256", "HS384", "HS512"])
async def test_its_public_keys_are_no_shared_secrets(provider: Provider, algorithm: str) -> None:
    """Key confusion, with each of the provider's own keys in each form that libraries have taken for a secret."""
    token = provider.access_token("focal-point")
    for jwk in provider.published_keys():
        public = PyJWK(jwk).key
        forms = [
            public.public_bytes(encoding, serialization.PublicFormat.SubjectPublicKeyInfo)
            for encoding in (serialization.Encoding.PEM, serialization.Encoding.DER)
        ]
        for secret in (*forms, json.dumps(jwk).encode()):
            signed = _with(token, header={"alg": algorithm, "kid": jwk["kid"]}).rpartition(".")[0]
            signature = hmac.digest(secret, signed.encode(), algorithm.replace("HS", "sha"))
            await refused(provider, f"{signed}.{_base64url(signature)}")


@pytest.mark.parametrize("claims", [{"sub": "administrator"}, {"exp": 4_000_000_000}, {"aud": ["iccar", "more"]}])
async def test_a_changed_token_is_refused(provider: Provider, claims: dict[str, Any]) -> None:
    await refused(provider, _with(provider.access_token("focal-point"), claims=claims))


def _with(token: str, *, header: dict[str, Any] | None = None, claims: dict[str, Any] | None = None) -> str:
    """The token with something changed, and its old signature."""
    parts = token.split(".")
    for place, changes in enumerate((header, claims)):
        padded = parts[place] + "=" * (-len(parts[place]) % 4)
        content = {**json.loads(base64.urlsafe_b64decode(padded)), **(changes or {})}
        parts[place] = _base64url(json.dumps(content).encode())
    return ".".join(parts)


def _base64url(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
