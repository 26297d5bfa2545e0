"""Tools for editors and developers: check, measure, play talks."""
