"""What is kept: messages, turns, tickets, ratings, and replies on their way."""
