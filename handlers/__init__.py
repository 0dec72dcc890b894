"""What we answer: pure decisions over a message, a situation and the book."""
