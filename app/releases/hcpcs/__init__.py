"""The files of HCPCS Level II."""
