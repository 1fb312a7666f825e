"""CI: what a workflow does with a plan: comment, status, annotations, approvals, the reviewed plan, the drift issue."""
