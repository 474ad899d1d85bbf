"""Alembic reads this file; the work is in ``app.services.migrations.runner``."""

from typing import cast

from alembic import context
from alembic.runtime.environment import EnvironmentContext

from app.services.migrations.runner import run_environment

run_environment(cast(EnvironmentContext, context))
