"""The model of need (for now the composite's)."""

from oversight.need.composite import estimate as estimate
