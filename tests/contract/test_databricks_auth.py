"""Signing in as users expect, one token exchange however many requests, and no token to another host."""

import pytest

from mlplan.core.declaration import Target
from mlplan.core.effect import Effects
from mlplan.core.errors import Denied, MlplanError
from mlplan.providers.registry import Context, open_provider

EXCHANGE, DISCOVERY = "POST /oidc/v1/token", "GET /.well-known/databricks-config"
CALLS = 20


@pytest.fixture
def sign_in(server, tmp_path, clock):
    """Return `sign_in(options)`: a provider that has made a few calls."""
    opened = []

    def make(**options):
        context = Context(tmp_path, "auth", "dev", Effects(clock=clock))
        provider = open_provider(Target("databricks", options), context)
        opened.append(provider)
        for number in range(CALLS):
            assert provider.handler("catalog").read(f"c{number}") is None
        return provider

    yield make
    for one in opened:
        one.close()


@pytest.fixture
def profiles(server, tmp_path, monkeypatch):
    path = tmp_path / "databrickscfg"
    path.write_text(
        f"[acme]\nhost = {server.url}\ntoken = {server.token}\n[other]\nhost = http://127.0.0.1:1\ntoken = x\n"
    )
    monkeypatch.setenv("DATABRICKS_CONFIG_FILE", str(path))


def test_a_profile(server, profiles, sign_in):
    assert sign_in(profile="acme").user() == "deployer@example.com"


def test_the_environment(server, monkeypatch, sign_in):
    monkeypatch.setenv("DATABRICKS_HOST", server.url)
    monkeypatch.setenv("DATABRICKS_TOKEN", server.token)
    assert sign_in().describe() == server.url


def test_oauth_of_a_service_principal_asks_for_one_token(server, monkeypatch, sign_in):
    server.tokens.client("deployer-app", "s3cret")
    monkeypatch.setenv("DATABRICKS_CLIENT_ID", "deployer-app")
    monkeypatch.setenv("DATABRICKS_CLIENT_SECRET", "s3cret")
    sign_in(host=server.url)
    assert server.log.count(EXCHANGE) == 1


@pytest.mark.parametrize("more", [{}, {"auth_type": "github-oidc"}], ids=["chosen by the chain", "named"])
def test_github_exchanges_its_token_once(server, monkeypatch, sign_in, more):
    server.tokens.client("deployer-app")
    monkeypatch.setenv("ACTIONS_ID_TOKEN_REQUEST_TOKEN", server.token)
    monkeypatch.setenv("ACTIONS_ID_TOKEN_REQUEST_URL", f"{server.url}/__mlplan/id-token?run=1")
    sign_in(host=server.url, client_id="deployer-app", **more)
    assert server.log.count("* /api/2.1/unity-catalog/catalogs/*") == CALLS
    assert server.log.count(EXCHANGE) == 1
    assert server.log.count("GET /__mlplan/id-token") == 2  # one to see whether there is any, one to exchange


def test_a_token_that_is_no_longer_taken_is_tried_twice_and_denied(server, monkeypatch, sign_in):
    server.tokens.client("deployer-app", "s3cret")
    monkeypatch.setenv("DATABRICKS_CLIENT_ID", "deployer-app")
    monkeypatch.setenv("DATABRICKS_CLIENT_SECRET", "s3cret")
    provider = sign_in(host=server.url)
    server.tokens.expire()
    with pytest.raises(Denied):
        provider.handler("catalog").read("main")
    assert server.log.count("GET /api/2.1/unity-catalog/catalogs/main") == 2


def test_an_option_that_names_another_host_than_the_profile_sends_nothing(server, profiles, sign_in):
    with pytest.raises(MlplanError) as caught:
        sign_in(profile="other", host=server.url)
    assert caught.value.code == "MLE543"
    assert server.log.entries == []


def test_an_environment_for_another_host_sends_nothing(server, profiles, monkeypatch, sign_in):
    monkeypatch.setenv("DATABRICKS_HOST", server.url)
    monkeypatch.setenv("DATABRICKS_TOKEN", server.token)
    with pytest.raises(MlplanError) as caught:
        sign_in(profile="other")
    assert caught.value.code == "MLE543"
    assert server.log.entries == []


def test_no_way_to_sign_in_is_told_without_debugging_aids(server, sign_in):
    with pytest.raises(Denied) as caught:
        sign_in(host=server.url)
    assert caught.value.code == "MLE545"
    assert "Config:" not in str(caught.value)


def test_a_wrong_token_is_denied_in_few_words(server, monkeypatch, sign_in):
    monkeypatch.setenv("DATABRICKS_TOKEN", "dapi-wrong")
    with pytest.raises(Denied) as caught:
        sign_in(host=server.url)
    assert "Invalid access token" in str(caught.value)
    assert "dapi" not in str(caught.value)
    assert "host=" not in str(caught.value)


def test_discovery_is_the_only_request_of_opening(server, sign_in, monkeypatch, tmp_path, clock):
    monkeypatch.setenv("DATABRICKS_TOKEN", server.token)
    open_provider(
        Target("databricks", {"host": server.url}), Context(tmp_path, "a", "dev", Effects(clock=clock))
    ).close()
    assert [entry.call for entry in server.log.entries] == [DISCOVERY]


ANOTHER = "https://acme-prod.cloud.databricks.com"


@pytest.mark.parametrize(
    ("listed", "more"),
    [
        (ANOTHER, {}),
        ("127.0.0.1", {}),
        (f"{ANOTHER}, https://127.0.0.1", {}),
        ("{url}", {"discovery_url": "https://evil.example/oidc"}),
        ("{url}", {"config_file": "evil.cfg"}),
        ("{url}", {"databricks_cli_path": "./evil.sh"}),
        ("http://127.0.0.1.evil.example", {}),
    ],
    ids=[
        "another",
        "without port",
        "two others",
        "a discovery elsewhere",
        "a file of settings",
        "a program",
        "a suffix",
    ],
)
def test_a_host_that_is_not_listed_gets_no_request(server, monkeypatch, sign_in, listed, more):
    monkeypatch.setenv("MLPLAN_ALLOWED_HOSTS", listed.format(url=server.url))
    monkeypatch.setenv("DATABRICKS_TOKEN", server.token)
    with pytest.raises(MlplanError) as caught:
        sign_in(host=server.url, **more)
    assert caught.value.code == "MLE548"
    assert server.log.entries == []


def test_a_workspace_that_nobody_names_is_not_listed(server, monkeypatch, sign_in):
    monkeypatch.setenv("MLPLAN_ALLOWED_HOSTS", server.url)
    monkeypatch.setenv("DATABRICKS_TOKEN", server.token)
    monkeypatch.setenv("DATABRICKS_CONFIG_FILE", "/nowhere")
    with pytest.raises(MlplanError, match="not named"):
        sign_in()


@pytest.mark.parametrize(
    "listed", ["{url}", f" {ANOTHER} , {{url}}/ ", "", " , "], ids=["it", "among others", "", "blank"]
)
def test_a_host_that_is_listed_is_signed_in_to(server, monkeypatch, sign_in, listed):
    monkeypatch.setenv("MLPLAN_ALLOWED_HOSTS", listed.format(url=server.url))
    monkeypatch.setenv("DATABRICKS_TOKEN", server.token)
    assert sign_in(host=server.url).describe() == server.url


def test_what_is_no_host_is_told(server, monkeypatch, sign_in):
    monkeypatch.setenv("MLPLAN_ALLOWED_HOSTS", "https://acme.example:port")
    with pytest.raises(MlplanError, match="not the address of a host"):
        sign_in(host=server.url)
    assert server.log.entries == []
