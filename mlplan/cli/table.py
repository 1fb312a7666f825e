"""Table: every command with its module and one line of help, so that `--help` imports none of them."""

from typing import NamedTuple


class Entry(NamedTuple):
    """A command as the list of commands shows it; `module` is imported when it is called."""

    module: str
    help: str


COMMANDS: dict[str, Entry] = {
    "init": Entry("init", "Write a small working project to start from."),
    "validate": Entry("validate", "Check the project's files, all of them, offline."),
    "plan": Entry("plan", "Show what apply would do, and why."),
    "apply": Entry("apply", "Make the platform match the project, or run a saved plan."),
    "show": Entry("show", "Show a saved plan, a resource, or everything in state."),
    "drift": Entry("drift", "Show what others changed since the last apply."),
    "diff": Entry("diff", "Show what differs in meaning between two environments."),
    "snapshot": Entry("snapshot", "Record what a plan reads, to plan without the platform."),
    "import": Entry("import_", "Take an existing object into state."),
    "destroy": Entry("destroy", "Take down everything that the project owns."),
    "promote": Entry("promote", "Point an alias at another version, in the project's files."),
    "rollback": Entry("rollback", "Point an alias back at the version before, in the project's files."),
    "history": Entry("history", "Show who changed what and when, from the ledger."),
    "state": Entry("state", "List, show, move, forget, print or rebuild what is in state."),
    "unlock": Entry("unlock", "Break a lock that its holder left behind."),
    "policy": Entry("policy", "List the project's rules, and run their tests."),
    "ci": Entry("ci", "Tell GitHub of a plan, and ask it who approved."),
    "graph": Entry("graph", "Print the resources and what they need as a diagram."),
    "schema": Entry("schema", "Print or write the JSON Schemas of files and documents."),
    "explain": Entry("explain", "Tell more about a code, a kind or a field."),
    "local": Entry("local", "Play the outside world of a local workspace."),
    "whoami": Entry("whoami", "Show which workspace an environment means, and who acts there."),
    "permissions": Entry("permissions", "Print the least privileges that the project needs."),
    "completion": Entry("completion", "Print the completion script of a shell."),
    "version": Entry("version", "Print the version."),
}

STATE: dict[str, Entry] = {
    "list": Entry("state_list", "List the addresses in state."),
    "show": Entry("state_show", "Show one entry as it was last applied."),
    "mv": Entry("state_mv", "Rename an address; the object stays as it is."),
    "rm": Entry("state_rm", "Forget an address; the object stays as it is."),
    "rebuild": Entry("state_rebuild", "Make lost state anew from the markers that objects carry."),
    "pull": Entry("state_pull", "Print the whole state as JSON."),
}

LOCAL: dict[str, Entry] = {
    "register": Entry("local_register", "Register a model version from a directory that MLflow wrote."),
    "show": Entry("local_show", "Show what is in the workspace."),
    "set": Entry("local_set", "Change an object behind mlplan's back."),
    "create": Entry("local_create", "Make an object that no project knows."),
    "delete": Entry("local_delete", "Take an object down behind mlplan's back."),
    "group": Entry("local_group", "Say who is in a group."),
    "fail": Entry("local_fail", "Let an endpoint's next configuration fail."),
    "serve": Entry("local_serve", "Answer to the Databricks REST API, on this machine."),
}

POLICY: dict[str, Entry] = {
    "list": Entry("policy_list", "List every rule with its level in an environment."),
    "test": Entry("policy_test", "Run the tests of the project's rules."),
}

CI: dict[str, Entry] = {
    "comment": Entry("ci_comment", "Put a plan on its pull request, in one comment that stays up to date."),
    "status": Entry("ci_status", "Set the check mark of a plan beside the commit."),
    "summary": Entry("ci_summary", "Show a plan on the page of the workflow's run."),
    "annotate": Entry("ci_annotate", "Show findings beside the lines that they are about."),
    "approvals": Entry("ci_approvals", "Find out who approved a plan, and whether that is enough."),
    "fetch": Entry("ci_fetch", "After the merge, fetch the plan that was reviewed."),
    "issue": Entry("ci_issue", "Keep one issue about drift: opened, updated, closed."),
}
