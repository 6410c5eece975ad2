"""What answers questions: the only place with torch, transformers and HTTP, imported inside functions."""
