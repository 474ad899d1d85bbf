"""Scenario B: an account made by the parent alone, with the mobile that the school knows."""
