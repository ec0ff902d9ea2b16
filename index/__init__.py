"""How it is found: names, sentence vectors, words, and the ranking made of them."""
