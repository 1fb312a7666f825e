"""Promotions: the evidence for each takes ten requests over HTTP, five for a version, and none of them writes."""

from measure import once
from promotions import asked, promote
from remote import Size, prepare, served
from world import MLPLAN

SIZE = Size(models=12, experiments=0, schemas=2, endpoints=0)


def test_each_promotion_takes_ten_requests_of_evidence(tmp_path, figure):
    prepare(tmp_path, SIZE)
    count = promote(tmp_path)
    with served(tmp_path, latency=0) as server:
        once([*MLPLAN, "plan"], tmp_path, environ=server.environ())
        log = server.ask("GET", "log")["entries"]
    found = asked(log)
    assert count == SIZE.models
    assert found.evidence == 10 * count
    assert found.others == SIZE.models + 2 * SIZE.schemas + 1  # models, schemas and grants, discovery
    assert not any(one["writes"] for one in log)
    figure(f"plan of {count} promotions over HTTP: {found.evidence / count:.0f} requests of evidence for each")
