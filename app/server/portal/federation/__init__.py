"""Scenario A: who another service already knows. FranceConnect and ENT are two sections of the same setting."""
