"""MLmodel: what it says of its signature is what verdicts need."""

from mlplan.evidence.signature import compare
from mlplan.providers.mlmodel import BY_CODE, described

SIGNATURE = """signature: {inputs: '[{"type": "long", "name": "a"}]', outputs: '[{"type": "long"}]', params: null}\n"""


def test_a_signature_is_its_parts():
    assert described("flavors: {}\n" + SIGNATURE).signature == {
        "inputs": [{"type": "long", "name": "a"}],
        "outputs": [{"type": "long"}],
    }


def test_a_model_whose_code_checks_requests_gets_no_verdict_from_its_signature():
    plain = described("flavors: {}\n" + SIGNATURE).signature
    by_code = described(f"flavors: {{}}\n{BY_CODE}: true\n" + SIGNATURE).signature
    found = compare(plain, by_code)
    assert found["verdict"]["json"] == "unknown"
    assert "type hints" in found["reason"]
    assert described(f"flavors: {{}}\n{BY_CODE}: false\n" + SIGNATURE).signature == plain


def test_a_model_without_a_signature_has_none_whatever_its_code_does():
    assert described(f"flavors: {{}}\n{BY_CODE}: true\n").signature == {}
