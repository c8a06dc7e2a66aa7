"""Official files in, verified library out: recognise, read, merge with what is held, compile, verify, put in place."""
