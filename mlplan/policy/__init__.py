"""Policy: the rules that a plan is judged by; this table is the list of contents.

A rule's module is imported when plans are judged or rules are listed. `judge` runs them all.
"""

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mlplan.policy.rule import Rule

RULES: dict[str, tuple[str, str]] = {
    "MLP001": ("wall", "own_catalogs"),
    "MLP002": ("wall", "own_models"),
    "MLP003": ("wall", "own_principals"),
    "MLP004": ("isolation", "isolated"),
    "MLP005": ("isolation", "bound"),
    "MLP006": ("isolation", "not_loosened"),
    "MLP010": ("serving", "follows_alias"),
    "MLP011": ("serving", "logs_requests"),
    "MLP012": ("serving", "stays_awake"),
    "MLP013": ("serving", "serves_ready"),
    "MLP020": ("access", "groups_not_people"),
    "MLP021": ("access", "nobody_manages_anew"),
    "MLP022": ("access", "named_privileges"),
    "MLP023": ("access", "not_everyone"),
    "MLP024": ("access", "nobody_loses"),
    "MLP030": ("ownership", "experiment_has_owner"),
    "MLP031": ("ownership", "owned_by_group"),
    "MLP040": ("version", "ready"),
    "MLP041": ("version", "forward"),
    "MLP042": ("signature", "has_signature"),
    "MLP043": ("signature", "rejects_no_caller"),
    "MLP044": ("signature", "coerces_no_value"),
    "MLP045": ("requirements", "has_requirements"),
    "MLP046": ("requirements", "pinned"),
    "MLP047": ("requirements", "no_major_change"),
    "MLP048": ("requirements", "same_python"),
    "MLP050": ("lineage", "known_origin"),
    "MLP051": ("lineage", "clean_code"),
    "MLP052": ("lineage", "same_data"),
    "MLP060": ("metrics", "within_limits"),
    "MLP061": ("metrics", "no_regression"),
    "MLP062": ("path", "came_through"),
    "MLP063": ("path", "soaked"),
    "MLP064": ("path", "was_challenger"),
    "MLP065": ("path", "tagged"),
    "MLP070": ("destruction", "destroys_nothing"),
    "MLP071": ("destruction", "committed"),
}
"""Code, module and function of every built-in rule."""


@cache
def rules() -> "dict[str, Rule]":
    """Return every built-in rule by its code."""
    return {code: getattr(import_module(f"mlplan.policy.{module}"), name) for code, (module, name) in RULES.items()}
