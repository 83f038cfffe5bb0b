"""Who, what, where and at what rate: the cards every document refers to."""
