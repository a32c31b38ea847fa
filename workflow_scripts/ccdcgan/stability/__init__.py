"""What a generated crystal is worth: screening, relaxation, known phases, hulls."""
