"""Permissions of state: what a bucket or container must grant is told with the rest, for one environment."""

import pytest

from mlplan.app.permissions import permissions
from mlplan.app.session import Request

MANIFEST = "project: fraud\nstate: {state}\nenvironments: {{prod: {{provider: local}}}}\n"
S3 = "{s3: {bucket: acme-mlplan, prefix: ml/, kms_key_id: alias/state}}"
AZURE = "{azure: {account: acme, container: mlplan}}"
VOLUME = "{databricks: {volume: /Volumes/ops/mlplan/state/teams}}"
CONTAINERS = [("catalog ops", ("USE_CATALOG",)), ("schema ops.mlplan", ("USE_SCHEMA",))]
PLACE = "bucket s3://acme-mlplan"
CONTAINER = "container https://acme.blob.core.windows.net/mlplan"
WRITES = ("s3:GetObject", "s3:PutObject", "s3:DeleteObject")


@pytest.mark.parametrize(
    ("state", "purpose", "expected"),
    [
        ("local", "apply", []),
        (S3, "plan", [(f"{PLACE}/ml/fraud/prod/*", ("s3:GetObject",)), (PLACE, ("s3:ListBucket",)), ("kms key alias/state", ("kms:Decrypt",))]),
        (S3, "apply", [(f"{PLACE}/ml/fraud/prod/*", WRITES), (PLACE, ("s3:ListBucket",)), ("kms key alias/state", ("kms:Decrypt", "kms:GenerateDataKey"))]),
        (AZURE, "plan", [(CONTAINER, ("Storage Blob Data Reader",))]),
        (AZURE, "apply", [(CONTAINER, ("Storage Blob Data Contributor",))]),
        (VOLUME, "plan", [*CONTAINERS, ("volume ops.mlplan.state", ("READ_VOLUME",))]),
        (VOLUME, "apply", [*CONTAINERS, ("volume ops.mlplan.state", ("READ_VOLUME", "WRITE_VOLUME"))]),
    ],
    ids=["local", "s3, plan", "s3, apply", "azure, plan", "azure, apply", "databricks, plan", "databricks, apply"],
)  # fmt: skip
def test_the_place_of_state_asks_for_little(tmp_path, state, purpose, expected):
    (tmp_path / "mlplan.yaml").write_text(MANIFEST.format(state=state))
    found = permissions(Request(tmp_path, "prod"), purpose)
    assert [(one.on, one.privileges) for one in found.needs] == expected
    assert {one.addresses for one in found.needs} <= {("state",)}
