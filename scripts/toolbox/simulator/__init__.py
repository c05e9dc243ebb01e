"""The demo company: a seeded simulator that writes the raw contract's fourteen tables.

Every number comes from uniform draws of PCG64 streams, compared with integer tables or scaled by
exact IEEE operations, and money is counted in integer cents: the same seed gives the same bytes
on every machine.
"""
