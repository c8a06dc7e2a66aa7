"""Contents of code sets into the rows of a library, and back out of them."""
