"""The ways people reach the desk."""
