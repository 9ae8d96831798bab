"""What a command's options say on top of the configuration."""

import pytest

from tools.config import Limits, ProjectError


def test_options_go_before_the_configuration() -> None:
    limits = Limits(drafts=3, minutes=5).under({"drafts": None, "cost": 2, "minutes": 1})
    assert (limits.drafts, limits.cost, limits.minutes) == (3, 2, 1)
    with pytest.raises(ProjectError, match="--max-cost: input should be greater than 0"):
        Limits().under({"cost": 0})
