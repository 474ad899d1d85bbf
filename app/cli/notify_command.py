"""``preau notify --email``: alone it says how to notify, with a value it is the filter of every list."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from typer.core import TyperCommand

OPTION = "--email"
BY_EMAIL = "--by-email"


class NotifyCommand(TyperCommand):
    """Tells the two uses of ``--email`` apart by what follows it."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        return super().parse_args(ctx, told_apart(args))


def told_apart(args: list[str]) -> list[str]:
    """The arguments with a bare ``--email`` under the name of the way to notify.

    >>> told_apart(["--email", "--email", "with", "--yes"])
    ['--by-email', '--email', 'with', '--yes']
    """
    return [BY_EMAIL if one == OPTION and after.startswith("-") else one for one, after in pairwise([*args, "-"])]
