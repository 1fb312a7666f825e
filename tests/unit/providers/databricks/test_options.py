"""Options that a project may give, and settings that must agree before anything is sent."""

import pytest

from mlplan.core.declaration import Target
from mlplan.core.errors import Mistake, MlplanError
from mlplan.providers.databricks.options import normal_host, settings, settled_host

PROFILES = """\
[DEFAULT]
host = https://default.cloud.databricks.com
[prod]
host = https://acme-prod.cloud.databricks.com/
token = dapi123
[odd]
token = dapi%(456
"""


@pytest.fixture
def environ(tmp_path):
    (tmp_path / "cfg").write_text(PROFILES)
    return {"DATABRICKS_CONFIG_FILE": str(tmp_path / "cfg")}


def test_plain_settings_pass_and_variables_are_read():
    given = {"host": "https://a", "token": {"env": "T"}, "azure_use_msi": True}
    assert settings(Target("databricks", given), {"T": "secret"}) == {**given, "token": "secret"}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"token": "dapi123"}, "is a secret"),
        ({"client_secret": "x"}, "is a secret"),
        ({"google_credentials": "{}"}, "is a secret"),
        ({"hots": "https://a"}, "no option hots"),
        ({"host": ["https://a"]}, "a single value"),
        ({"token": {"env": "MISSING"}}, "which is not set"),
        ({"retry_timeout_seconds": 5}, "no option retry_timeout_seconds"),
    ],
)
def test_wrong_options_are_told(options, said):
    with pytest.raises(Mistake) as caught:
        settings(Target("databricks", options), {})
    assert said in str(caught.value)
    assert caught.value.code == "MLE542"
    assert "dapi123" not in str(caught.value.found)


def test_all_wrong_options_are_told_at_once():
    with pytest.raises(Mistake) as caught:
        settings(Target("databricks", {"a": 1, "b": 2, "password": "x"}), {})
    assert len(caught.value.found) == 3


@pytest.mark.parametrize(
    ("given", "more", "host"),
    [
        ({}, {}, ""),
        ({"profile": "prod"}, {}, "https://acme-prod.cloud.databricks.com"),
        ({"host": "acme-prod.cloud.databricks.com"}, {}, "https://acme-prod.cloud.databricks.com"),
        ({"profile": "prod", "host": "https://ACME-prod.cloud.databricks.com:443/"}, {}, "https://acme-prod.cloud.databricks.com"),
        ({"profile": "DEFAULT"}, {}, "https://default.cloud.databricks.com"),
        ({"profile": "nobody"}, {}, ""),
        ({"profile": "odd"}, {}, ""),
        ({}, {"DATABRICKS_HOST": "https://b.example"}, "https://b.example"),
        ({}, {"DATABRICKS_CONFIG_PROFILE": "prod"}, "https://acme-prod.cloud.databricks.com"),
    ],
)  # fmt: skip
def test_the_host_that_all_settings_agree_on(environ, given, more, host):
    assert settled_host(given, environ | more) == host


@pytest.mark.parametrize(
    ("given", "more"),
    [
        ({"host": "https://acme-prod.cloud.databricks.com"}, {"DATABRICKS_HOST": "https://acme-dev.cloud.databricks.com"}),
        ({"profile": "prod"}, {"DATABRICKS_HOST": "https://acme-dev.cloud.databricks.com"}),
        ({"profile": "prod", "host": "https://acme-dev.cloud.databricks.com"}, {}),
        ({"host": "https://acme-dev.cloud.databricks.com"}, {"DATABRICKS_CONFIG_PROFILE": "prod"}),
    ],
)  # fmt: skip
def test_settings_that_disagree_are_refused_by_name(environ, given, more):
    with pytest.raises(MlplanError) as caught:
        settled_host(given, environ | more)
    assert caught.value.code == "MLE543"
    assert "acme-dev" in str(caught.value)


@pytest.mark.parametrize("host", ["http://127.0.0.1:80", "http://localhost:8080", "http://[::1]:8080", "https://a.b"])
def test_http_is_for_this_machine(host):
    assert settled_host({"host": host}, {})


@pytest.mark.parametrize("host", ["http://a.b", "http://10.0.0.1", "ftp://a.b", "http://127.0.0.1.evil.example"])
def test_tokens_do_not_travel_in_the_clear(host):
    with pytest.raises(MlplanError) as caught:
        settled_host({"host": host}, {})
    assert caught.value.code == "MLE544"


def test_hosts_have_one_form():
    assert normal_host("https://A.b:443/path?q=1") == normal_host("a.b") == "https://a.b"
    assert normal_host("http://localhost:8080/") == "http://localhost:8080"
