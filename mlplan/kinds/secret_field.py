"""Secret field: the two types of a value that may be confidential."""

from typing import Annotated

from pydantic import Field, StringConstraints

from mlplan.core.kind import Model
from mlplan.core.rule import SECRET, WRITE_ONLY
from mlplan.core.secret import REFERENCE, VARIABLE


class Variable(Model):
    """The name of an environment variable, read when the call is made and never stored."""

    env: Annotated[str, StringConstraints(pattern=f"^{VARIABLE.pattern}$")] = Field(description="The variable's name.")


SecretReference = Annotated[str, StringConstraints(pattern=f"^{REFERENCE.pattern}$"), SECRET]
"""`{{secrets/scope/key}}`, which the platform resolves; it can be read back."""

Plaintext = Annotated[Variable, SECRET, WRITE_ONLY]
"""A field that the API takes in the clear: mlplan takes only the name of a variable for it."""

Setting = str | Variable
"""A setting that may be plain, a secret reference, or a variable's name."""
