"""What we know: curated content, and pure Python that reads and searches it."""
