"""The rehearsal: a season played on a fake clock, with simulated people, through the real desk."""
