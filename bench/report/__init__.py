"""Statistics and tables: pure functions of a ``ScoreTable`` that return values or text."""
