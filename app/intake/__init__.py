"""Official files in, verified library out: recognize, read, merge with what is held, compile, verify, put in place."""
