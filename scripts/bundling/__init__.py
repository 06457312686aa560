"""What `make bundle` is made of: everything that a machine with Python alone needs, in one archive."""
