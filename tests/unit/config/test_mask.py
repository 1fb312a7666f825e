"""Mask: no line of a finding shows what may be a secret."""

import pytest

from mlplan.config.locate import Locator, locate
from mlplan.config.mask import LONGEST, shown
from mlplan.core.source import Origin

HIDDEN = [
    "openai_api_key: sk-abcdefghijklmnopqrst",
    "  token: hunter2",
    '  "password": "hunter2"',
    "- {name: x, client_secret: hunter2, other: y}",
    "comment: uses dapi0123456789abcdef0123 for now",
    "aws_secret_access_key: |",
    "x: AKIAABCDEFGHIJKLMNOP",
    "    -----BEGIN PRIVATE KEY----- hunter2",
    "    MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQhunter2",
    "url = https://me:hunter2@host  # password: hunter2",
    "env: {API_KEY: 'hunter2'}",
]
SHOWN = [
    "openai_api_key: '{{secrets/scope/key}}'",
    "openai_api_key: ${var.key}",
    "openai_api_key_plaintext: {env: OPENAI_API_KEY}",
    "- {key: team, value: risk}",
    "name: /Shared/fraud-detection-monitoring-and-evaluation",
    "entity_name: ${resources.registered_models.fraud_score.full_name}",
    "table_name_prefix: fraud_score",
    "private_key: |",
]


@pytest.mark.parametrize("line", HIDDEN[:5] + HIDDEN[6:])
def test_likely_secrets_are_masked(line):
    assert "***" in shown(line)
    assert not {"hunter2", "sk-abc", "dapi0", "AKIAA"} & {
        part for part in ("hunter2", "sk-abc", "dapi0", "AKIAA") if part in shown(line)
    }


@pytest.mark.parametrize("line", SHOWN)
def test_everything_else_is_shown(line):
    assert shown(line) == line


def test_long_lines_are_cut_and_odd_characters_replaced():
    assert len(shown("x " * LONGEST)) <= LONGEST + 3
    assert shown("a\x1b[31m\u202eb") == "a\N{REPLACEMENT CHARACTER}[31m\N{REPLACEMENT CHARACTER}b"


def test_a_secret_place_shows_its_key_only(write, tmp_path):
    write({"resources/a.yaml": "resources:\n  value: hunter2\n  list:\n    - hunter2\n"})
    origin = Origin("resources/a.yaml", ("resources",))
    assert locate(tmp_path, origin, ("value",)).text == "  value: hunter2"
    locator = Locator(tmp_path)
    assert locator.source(origin, ("value",), secret=True).text == "  value: ***"
    assert locator.source(origin, ("list", 0), secret=True).text == "***"


CANARY = "hunter2-canary"
ENDPOINT = """\
resources:
  serving_endpoints:
    e:
      name: e
      served_entities:
        - name: a
          traffic_percentage: 100
          external_model:
            name: gpt
            provider: {provider}
            task: chat
            {config}: {{{field}: {value}}}
"""
FIELDS = [
    ("openai", "openai_config", "openai_api_key"),
    ("openai", "openai_config", "openai_api_key_plaintext"),
    ("anthropic", "anthropic_config", "anthropic_api_key"),
    ("cohere", "cohere_config", "cohere_api_key_plaintext"),
    ("palm", "palm_config", "palm_api_key"),
    ("amazon-bedrock", "amazon_bedrock_config", "aws_secret_access_key"),
    ("amazon-bedrock", "amazon_bedrock_config", "aws_access_key_id_plaintext"),
    ("google-cloud-vertex-ai", "google_cloud_vertex_ai_config", "private_key"),
    ("databricks-model-serving", "databricks_model_serving_config", "databricks_api_token"),
]
FORMS = [
    CANARY,
    f'"{CANARY}"',
    f"[{CANARY}]",
    f"{{env: x y {CANARY}}}",
    f"{{secret: {CANARY}}}",
    f"!tag {CANARY}",
    f"&a {CANARY}",
]


@pytest.mark.parametrize(("provider", "config", "field"), FIELDS, ids=[field for *_, field in FIELDS])
@pytest.mark.parametrize("form", FORMS)
def test_a_literal_secret_is_refused_and_never_repeated(loaded, provider, config, field, form):
    found = loaded({"resources/a.yaml": ENDPOINT.format(provider=provider, config=config, field=field, value=form)})
    assert found.declaration is None
    assert CANARY not in repr(found)


def test_a_literal_secret_has_its_own_code(loaded):
    found = loaded(
        {"resources/a.yaml": ENDPOINT.format(provider="palm", config="palm_config", field="palm_api_key", value="x")}
    )
    assert "MLE206" in {one.code for one in found.diagnostics}


@pytest.mark.parametrize("value", ["'{{secrets/scope/key}}'", "'${var.key}'"])
def test_references_to_secrets_are_welcome(declared, value):
    manifest = (
        "project: demo\nenvironments:\n  dev: {provider: local}\nvariables:\n  key: {default: '{{secrets/a/b}}'}\n"
    )
    text = ENDPOINT.format(provider="palm", config="palm_config", field="palm_api_key", value=value)
    assert declared({"mlplan.yaml": manifest, "resources/a.yaml": text}).resources
