"""The pictures of the guide for staff in docs/手引き: `python -m tests.guide` makes them anew."""
