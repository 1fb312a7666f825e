"""What a plan may know of the other environments: whether they are protected, and their catalogs."""

from mlplan.config.borders import Border, borders
from mlplan.core.declaration import Target

LOCAL = Target("local")

MANIFEST = """\
project: fraud
default_environment: dev
environments:
  dev: {provider: local}
  prod: {provider: local, protected: true, variables: {catalog: prod}}
variables:
  catalog: {type: string, default: "${environment.name}"}
"""
DATA = "resources:\n  catalogs: {main: {name: '${var.catalog}'}}\n  schemas: {ml: {catalog_name: '${resources.catalogs.main.name}', name: ml}}\n"


def project(root, **files):
    (root / "resources").mkdir()
    (root / "environments").mkdir()
    (root / "mlplan.yaml").write_text(MANIFEST, encoding="utf-8")
    (root / "resources" / "data.yaml").write_text(DATA, encoding="utf-8")
    for name, text in files.items():
        (root / "environments" / f"{name}.yaml").write_text(text, encoding="utf-8")
    return root


def test_each_environment_tells_its_catalogs_as_its_own_plan_would(tmp_path):
    found = borders(project(tmp_path, prod="resources: {catalogs: {extra: {name: prod_extra}}}\n"))
    assert found == {
        "dev": Border(protected=False, catalogs=("dev",), state=LOCAL),
        "prod": Border(protected=True, catalogs=("prod", "prod_extra"), state=LOCAL),
    }


def test_files_without_catalogs_are_not_parsed(tmp_path):
    root = project(tmp_path)
    (root / "resources" / "broken.yaml").write_text("resources: {schemas: {x: [", encoding="utf-8")
    assert borders(root)["dev"].catalogs == ("dev",)


def test_what_is_broken_elsewhere_is_left_out(tmp_path):
    root = project(tmp_path, prod="resources: {catalogs: {extra: {name: '${var.typo}'}}}\n")
    assert borders(root)["prod"] == Border(protected=True, catalogs=("prod",), state=LOCAL)
