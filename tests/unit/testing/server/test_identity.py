"""Identity: who one is, who there is, and every way to a token."""

import pytest

SCIM = "/api/2.0/preview/scim/v2"


def errors():
    from databricks.sdk import errors  # noqa: PLC0415

    return errors


def test_the_sdk_finds_out_where_it_is(here, sdk):
    assert sdk.get_workspace_id() == 1234567890123456
    me = sdk.current_user.me()
    assert (me.user_name, [one.display for one in me.groups]) == ("ada@example.com", ["admins"])


def test_principals_are_found_by_name(world):
    here = world(groups=("readers", "writers"), service_principals=("5f1c",))
    sdk = here.sdk()
    assert [one.display_name for one in sdk.groups_v2.list(filter='displayName eq "readers"')] == ["readers"]
    assert list(sdk.groups_v2.list(filter='displayName eq "nobody"')) == []
    assert [one.display_name for one in sdk.groups_v2.list()] == ["readers", "writers", "admins"]
    assert [one.application_id for one in sdk.service_principals_v2.list(filter="applicationId eq '5f1c'")] == ["5f1c"]
    assert [one.user_name for one in sdk.users_v2.list(filter='userName eq "any@example.com"')] == ["any@example.com"]
    assert here.wire("GET", f"{SCIM}/Groups", filter="rubbish").status == 400


@pytest.mark.parametrize(
    ("token", "status", "code"), [("", 401, "UNAUTHENTICATED"), ("wrong", 403, "PERMISSION_DENIED")]
)
def test_who_is_not_known_is_turned_away(here, token, status, code):
    answer = here.wire("GET", f"{SCIM}/Me", token=token)
    assert (answer.status, answer.json["error_code"]) == (status, code)
    assert here.wire("GET", "/api/2.1/unity-catalog/none", token=token).status == status


def test_other_principals_own_what_they_make(here):
    here.wire.token = here.server.client("bob@example.com")
    made = here.wire.made("POST", "/api/2.1/unity-catalog/catalogs", {"name": "main"})
    assert (made["owner"], made["created_by"]) == ("bob@example.com", "bob@example.com")
    assert here.server.log.entries[-1].principal == "bob@example.com"


def test_machine_to_machine(here):
    here.server.tokens.client("robot", "its-secret")
    sdk = here.sdk(auth_type="oauth-m2m", client_id="robot", client_secret="its-secret")  # noqa: S106 - of this test
    assert [sdk.current_user.me().user_name for _ in range(3)] == ["robot"] * 3
    assert here.server.log.count("POST /oidc/v1/token") == 1
    with pytest.raises(ValueError, match="Client authentication failed"):
        here.sdk(auth_type="oauth-m2m", client_id="robot", client_secret="wrong").current_user.me()  # noqa: S106


def test_github_oidc_exchanges_a_token_for_every_request(here, monkeypatch):
    """The SDK's own strategy does: a provider for CI needs a better one."""
    here.server.tokens.client("robot")
    monkeypatch.setenv("ACTIONS_ID_TOKEN_REQUEST_URL", f"{here.server.url}/__mlplan/id-token?api-version=1")
    monkeypatch.setenv("ACTIONS_ID_TOKEN_REQUEST_TOKEN", here.server.token)
    sdk = here.sdk(auth_type="github-oidc", client_id="robot")
    here.server.log.clear()
    assert [sdk.current_user.me().user_name for _ in range(3)] == ["robot"] * 3
    assert here.server.log.count("POST /oidc/v1/token") == 3


def test_a_federated_client_has_no_secret_to_use(here):
    here.server.tokens.client("robot")
    with pytest.raises(ValueError, match="Client authentication failed"):
        here.sdk(auth_type="oauth-m2m", client_id="robot", client_secret="any").current_user.me()  # noqa: S106


def test_tokens_expire_and_are_renewed_by_who_can(here):
    here.server.tokens.client("robot", "its-secret")
    sdk = here.sdk(auth_type="oauth-m2m", client_id="robot", client_secret="its-secret")  # noqa: S106
    sdk.current_user.me()
    here.server.faults.expire(at=2, pattern=f"GET {SCIM}/Me")
    sdk.current_user.me()
    with pytest.raises(errors().Unauthenticated, match="Token is expired"):
        sdk.current_user.me()
