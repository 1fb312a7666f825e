"""Hub: what is in the repository: pull requests, commits, comments, reviews, statuses, issues and artifacts."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

Json = dict[str, Any]
WORKFLOW = ".github/workflows/plan.yml"
BOT = "github-actions[bot]"


class Hub:
    """One repository; everything has a number of one row."""

    def __init__(self, repository: str = "acme/fraud") -> None:
        self.repository = repository
        self.pulls: dict[int, Json] = {}
        self.commits: dict[str, Json] = {}
        self.written: dict[int, list[Json]] = {}
        """The commits of each pull request."""
        self.reviews: dict[int, list[Json]] = {}
        self.notes: dict[int, list[Json]] = {}
        """The comments of each pull request or issue."""
        self.labels: dict[int, list[str]] = {}
        self.statuses: dict[str, list[Json]] = {}
        """By commit, oldest first."""
        self.issues: dict[int, Json] = {}
        self.artifacts: list[Json] = []
        self.archives: dict[int, bytes] = {}
        self.runs: dict[int, Json] = {}
        self.teams: dict[str, set[str]] = {}
        """Who is in which team, by organization/slug."""
        self.activity: list[Json] | None = []
        """Who pushed what to which branch; None when the server does not tell."""
        self.drops_labels = False
        """New issues come without the labels that they are asked to have, and nobody is told."""
        self._last = 1000

    def number(self) -> int:
        """Return the next number."""
        self._last += 1
        return self._last

    def open_pull(self, number: int, *, author: str = "ana", commits: Sequence[str] = (), fork: str = "") -> str:
        """Open a pull request with a commit per name, and return the id of the last one."""
        self.written[number] = []
        source = {"full_name": fork or self.repository}
        self.pulls[number] = {
            "number": number,
            "user": user(author),
            "head": {"sha": "", "ref": f"change-{number}", "repo": source},
            "base": {"ref": "main", "repo": {"full_name": self.repository}},
            "merged_at": None,
            "merge_commit_sha": None,
            "html_url": f"https://github.com/{self.repository}/pull/{number}",
        }
        for name in commits or (author,):
            self.push(number, name)
        return str(self.pulls[number]["head"]["sha"])

    def push(self, number: int, author: str, sha: str = "", message: str = "a change", pusher: str = "") -> str:
        """Add a commit to a pull request; an author of no name has no account, and pushes it unless another does."""
        sha = sha or f"{self.number():040x}"
        who = user(author) if author else None
        one = {"sha": sha, "author": who, "committer": who, "commit": {"message": message}}
        self.commits[sha] = {"sha": sha, "parents": []}
        self.written[number].append(one)
        pull = self.pulls[number]
        pull["head"]["sha"], pull["commits"] = sha, len(self.written[number])
        if self.activity is not None and (pusher or author):
            ref = f"refs/heads/{pull['head']['ref']}"
            self.activity.append({"after": sha, "ref": ref, "actor": user(pusher or author), "activity_type": "push"})
        return sha

    def trial_merge(self, number: int, sha: str = "") -> str:
        """Return the commit that a run on a pull request checks out: its base and its head, merged for a try."""
        sha = sha or f"{self.number():040x}"
        head = self.pulls[number]["head"]["sha"]
        self.commits[sha] = {"sha": sha, "parents": [{"sha": f"{0:040x}"}, {"sha": head}]}
        return sha

    def merge(self, number: int, sha: str = "") -> str:
        """Merge a pull request as one new commit, and return its id."""
        sha = sha or f"{self.number():040x}"
        self.commits[sha] = {"sha": sha, "parents": []}
        self.pulls[number] |= {"merged_at": self.moment(), "merge_commit_sha": sha}
        return sha

    def review(self, number: int, login: str, state: str, commit: str, kind: str = "User", *, at: str = "") -> None:
        """Let somebody review a pull request, now or at another time."""
        one = {"id": self.number(), "user": user(login, kind), "state": state, "commit_id": commit}
        self.reviews.setdefault(number, []).append({**one, "submitted_at": at or self.moment()})

    def note(self, number: int, login: str, body: str) -> Json:
        """Let somebody write a comment."""
        made = self.number()
        where = f"https://github.com/{self.repository}/issues/{number}#issuecomment-{made}"
        kind = "Bot" if login.endswith("[bot]") else "User"
        one = {"id": made, "user": user(login, kind), "body": body, "html_url": where}
        self.notes.setdefault(number, []).append(one)
        return one

    def comments(self, number: int) -> list[Json]:
        """Return the comments of a pull request or an issue."""
        return self.notes.get(number, [])

    def keep_artifact(
        self,
        name: str,
        files: Mapping[str, bytes] | bytes,
        head: str,
        *,
        fork: bool = False,
        workflow: str = WORKFLOW,
        event: str = "pull_request",
        expired: bool = False,
    ) -> int:
        """Keep files, or the bytes of an archive, as a run of a workflow for a commit would; return the number."""
        made, run = self.number(), self.number()
        about = {"id": run, "repository_id": 1, "head_repository_id": 2 if fork else 1, "head_sha": head}
        self.runs[run] = {"id": run, "path": workflow, "event": event, "head_sha": head}
        told = {"id": made, "name": name, "expired": expired, "created_at": self.moment(), "workflow_run": about}
        self.artifacts.append(told)
        self.archives[made] = files if isinstance(files, bytes) else archive(files)
        return made

    def moment(self) -> str:
        """Return the time, to the second; of two things at one time the one with the larger number is the later."""
        return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def user(login: str, kind: str = "User") -> Json:
    """Return an account."""
    return {"login": login, "type": "Bot" if login.endswith("[bot]") else kind}


def archive(files: Mapping[str, bytes]) -> bytes:
    """Return files in an archive, as artifacts are downloaded."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        for name, data in files.items():
            target.writestr(name, data)
    return made.getvalue()
