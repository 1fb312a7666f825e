"""Forge: GitHub on loopback, as far as mlplan asks it: pull requests, comments, reviews, artifacts, issues.

    from mlplan.testing.forge import GitHubServer

    with GitHubServer("acme/fraud") as github:
        head = github.open_pull(7, author="ana", commits=["ana"])       # the head commit's id
        github.review(7, "ben", "APPROVED", head)
        github.keep_artifact("mlplan-plan-prod-" + head, {"plan.json": data}, head)
        github.teams["acme/ml-risk"] = {"ben"}
        github.fault("POST */comments", lose="after")                   # it is written, and nobody is told
        environ = github.environ(7)                                     # what a job of this pull request has
        ...
        assert [one["body"] for one in github.comments(7)] == [...]
        assert not github.asked("DELETE")

It listens on this machine only. Tokens are `github.token` (a workflow's: may write, may not ask for its name or for teams),
`github.reader` (the same of a fork's run: writing is 403) and those of `github.person(login)`, which may do everything.
Artifacts are at a second address, as GitHub keeps them elsewhere; `github.leaked` tells of tokens that came there.

What it does, and how we know: GitHub's REST reference of 2022-11-28 for routes, fields, paging by `Link`, 403 of tokens
without a permission, 404 for what a token may not see; its guide on rate limits for 403/429 with `retry-after`. Nobody has
compared it with the live service.
"""

from mlplan.testing.forge.server import GitHubServer

__all__ = ["GitHubServer"]
