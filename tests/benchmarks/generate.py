"""Generate: a project of N resources in a realistic mix, for benchmarks and for tests of scale.

`flat` has shallow references only; in `chain` every resource also refers to the one before it.
Run it as `python generate.py DIRECTORY N [flat|chain]`.
"""

import sys
from pathlib import Path

PER_FILE = 20
PROJECT = """\
project: bench
default_environment: dev
environments:
  dev: {provider: local}
variables:
  catalog: {type: string, default: main}
  team: {type: string, default: risk}
"""

CATALOG = """\
resources:
  catalogs:
    main: {name: "${var.catalog}"}
  schemas:
    shared: {catalog_name: "${var.catalog}", name: shared}
"""
SCHEMA = """\
    schema_{n}:
      catalog_name: ${{resources.catalogs.main.name}}
      name: area_{n}
      comment: {comment}
      owner: ml-platform
      properties: {{team: "${{var.team}}", cost_center: "cc-{n}", tier: gold}}
      enable_predictive_optimization: INHERIT
      grants:
        - {{principal: ml-engineers, privileges: [USE_SCHEMA, CREATE_MODEL]}}
        - {{principal: analysts, privileges: [USE_SCHEMA]}}
"""
EXPERIMENT = """\
    experiment_{n}:
      name: /Shared/bench/experiment-{n}-${{environment.name}}
      tags:
        team: ${{var.team}}
        purpose: {comment}
        owner_group: ml-engineers
        dataset: transactions_{n}
        review: quarterly
      permissions:
        - {{group_name: ml-engineers, level: CAN_EDIT}}
        - {{group_name: auditors, level: CAN_READ}}
"""
MODEL = """\
    model_{n}:
      catalog_name: ${{resources.catalogs.main.name}}
      schema_name: shared
      name: model_{n}
      comment: {comment}
      tags: {{team: "${{var.team}}", tier: gold}}
      aliases:
        champion: 6
        challenger: {{version: 7, managed_by: bot}}
      grants:
        - principal: scoring-service
          privileges: [EXECUTE]
        - principal: ml-engineers
          privileges: [EXECUTE, APPLY_TAG]
"""
ENDPOINT = """\
    endpoint_{n}:
      name: endpoint-{n}-${{environment.name}}
      served_entities:
        - name: current
          entity_name: main.shared.model_{model}
          entity_version: 6
          traffic_percentage: 100
          workload_size: Small
          scale_to_zero_enabled: false
      tags: [{{key: team, value: "${{var.team}}"}}, {{key: about, value: {comment}}}]
      permissions:
        - {{group_name: fraud-app, level: CAN_QUERY}}
"""
MIX = (
    ("schemas", "schema", SCHEMA, "comment"),
    ("experiments", "experiment", EXPERIMENT, "tags.purpose"),
    ("registered_models", "model", MODEL, "comment"),
    ("registered_models", "model", MODEL, "comment"),
    ("serving_endpoints", "endpoint", ENDPOINT, "name"),
)
"""Section, key prefix, body, and the field that the next one in a chain refers to."""


def files(count: int, shape: str = "flat") -> dict[str, str]:
    """Return the project's files, by path; `count` resources are written, and nested blocks add more."""
    made = {
        "mlplan.yaml": PROJECT,
        "resources/catalog.yaml": CATALOG,
    }
    for start in range(1, count, PER_FILE):
        made[f"resources/part_{start // PER_FILE:05}.yaml"] = _part(start, min(start + PER_FILE, count), shape)
    return made


def write(root: Path, count: int, shape: str = "flat") -> None:
    """Write the project under `root`."""
    for name, text in files(count, shape).items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def _part(start: int, stop: int, shape: str) -> str:
    """Return one file: sections with their resources in them."""
    sections: dict[str, list[str]] = {}
    for n in range(start, stop):
        section, _, body, _ = MIX[n % len(MIX)]
        sections.setdefault(section, []).append(body.format(n=n, model=n - 1, comment=_comment(n, shape)))
    parts = [f"  {section}:\n" + "".join(bodies) for section, bodies in sections.items()]
    return "resources:\n" + "".join(parts)


def _comment(n: int, shape: str) -> str:
    """Return the text that links a resource to the one before it in a chain."""
    if shape == "flat" or n == 1:
        return f'"resource number {n} of the benchmark"'
    section, prefix, _, field = MIX[(n - 1) % len(MIX)]
    return f'"${{resources.{section}.{prefix}_{n - 1}.{field}}}"'


if __name__ == "__main__":
    write(Path(sys.argv[1]), int(sys.argv[2]), *sys.argv[3:4])
