"""How it teaches: questions in, cited replies out. Knows neither Rasa nor the web."""
