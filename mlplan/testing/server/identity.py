"""Identity: who one is, who else there is, and OAuth.

SCIM answers as the SDK reads it: `Resources` is left out when there are none. OAuth knows two
grants: `client_credentials` with a secret, and the token exchange of workload federation, for
which `/__mlplan/id-token` plays GitHub's side. [unverified]: everything about a federation's
policies; here each known client may exchange any token that this server gave out.
"""

import hashlib
import re
from base64 import b64decode
from collections.abc import Callable, Iterable
from urllib.parse import parse_qs

from mlplan.testing.server.call import Call
from mlplan.testing.server.refusal import Json, NoGrant, invalid
from mlplan.testing.server.route import Route, read
from mlplan.testing.server.tokens import LIFETIME

SCIM = "/api/2.0/preview/scim/v2"
ACCOUNT = "00000000-0000-4000-8000-00000000acc0"
EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
SORTS = {
    "Groups": ("displayName", "urn:ietf:params:scim:schemas:core:2.0:Group"),
    "Users": ("userName", "urn:ietf:params:scim:schemas:core:2.0:User"),
    "ServicePrincipals": ("applicationId", "urn:ietf:params:scim:schemas:core:2.0:ServicePrincipal"),
}
"""Sort of principal, the attribute that names it, and its schema."""
_FILTER = re.compile(r"""\s*(\w+)\s+(?:eq)\s+["']?(.*?)["']?\s*""", re.IGNORECASE)


def routes() -> tuple[Route, ...]:
    """Return the operations on principals and tokens."""
    discovery = "/oidc/.well-known/oauth-authorization-server"
    return (
        read(f"{SCIM}/Me", me),
        *(read(f"{SCIM}/{sort}", every) for sort in SORTS if sort != "Groups"),
        read("/.well-known/databricks-config", config, open=True),
        read(discovery, discover, open=True),
        read("/oidc/v1/token", grant, "POST", open=True),
        read("/__mlplan/id-token", id_token),
    )


def me(call: Call) -> Json:
    """Return the caller."""
    known = call.door.settings.service_principals or ()
    groups = [{"display": name, "type": "direct", "value": numbered(name)} for name in call.door.settings.admins]
    found = shown("Users", call.door.user) | {"active": True, "groups": groups}
    return found | ({"displayName": call.door.user} if call.door.user in known else {})


def every(call: Call) -> Json:
    """List users or service principals; `attribute eq "value"` picks one."""
    sort = call.path.rpartition("/")[2]
    known = call.door.settings.users if sort == "Users" else call.door.settings.service_principals
    return principals(call, sort, known, (), lambda name: shown(sort, name))


def principals(
    call: Call, sort: str, known: Iterable[str] | None, more: Iterable[str], show: Callable[[str], Json]
) -> Json:
    """Return a list of principals of one sort; where nobody knows which there are, every name that is asked for is."""
    attribute, _ = SORTS[sort]
    names = [*(known or ()), *more]
    wanted = call.query.get("filter")
    if wanted:
        found = _FILTER.fullmatch(wanted)
        if found is None or found[1] not in (attribute, "displayName"):
            raise invalid(f'this server reads filters like {attribute} eq "x", not {wanted}')
        names = [found[2]] if known is None or found[2] in names else []
    first, count = call.number("startIndex") or 1, call.number("count")
    some = names[first - 1 :][: count if count is not None else 100]
    totals = {"totalResults": len(names), "startIndex": first, "itemsPerPage": len(some)}
    schemas = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"]}
    return {**totals, **schemas, **({"Resources": [show(name) for name in some]} if some else {})}


def config(call: Call) -> Json:
    """Return what the SDK asks before its first request."""
    workspace = str(call.door.settings.workspace_id)
    return {"oidc_endpoint": f"{call.url}/oidc", "account_id": ACCOUNT, "workspace_id": workspace, "cloud": "AWS"}


def discover(call: Call) -> Json:
    """Return where tokens are given out."""
    at = f"{call.url}/oidc/v1"
    return {"authorization_endpoint": f"{at}/authorize", "token_endpoint": f"{at}/token", "issuer": f"{call.url}/oidc"}


def grant(call: Call) -> Json:
    """Give out a token."""
    form = {name: values[-1] for name, values in parse_qs(str(call.body or "")).items()}
    client, secret = _client(call, form)
    kind = form.get("grant_type")
    if kind == EXCHANGE and form.get("subject_token") != call.door.tokens.id_token:
        raise NoGrant(400, "invalid_grant", "the subject token is not one that this server gave out")
    if kind not in (EXCHANGE, "client_credentials"):
        raise NoGrant(400, "unsupported_grant_type", f"no such grant: {kind}")
    principal = call.door.tokens.principal_of_client(client, None if kind == EXCHANGE else secret)
    if principal is None:
        raise NoGrant(401, "invalid_client", "Client authentication failed")
    issued = call.door.tokens.issue(principal)
    return {
        "access_token": issued,
        "token_type": "Bearer",
        "expires_in": LIFETIME,
        "scope": form.get("scope", "all-apis"),
    }


def id_token(call: Call) -> Json:
    """Return what GitHub Actions would at ACTIONS_ID_TOKEN_REQUEST_URL."""
    return {"value": call.door.tokens.id_token}


def _client(call: Call, form: dict[str, str]) -> tuple[str, str]:
    """Return the client that asks, from the header or the form."""
    scheme, _, value = call.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        name, _, secret = b64decode(value).decode().partition(":")
        return name, secret
    return form.get("client_id", ""), form.get("client_secret", "")


def shown(sort: str, name: str) -> Json:
    """Return a principal as SCIM shows it."""
    attribute, schema = SORTS[sort]
    found: Json = {"id": numbered(name), attribute: name, "displayName": name, "schemas": [schema]}
    return found | ({"emails": [{"type": "work", "value": name, "primary": True}]} if sort == "Users" else {})


def numbered(name: str) -> str:
    """Return the number of a principal: always the same for a name."""
    return str(int(hashlib.sha256(name.encode()).hexdigest()[:13], 16))
