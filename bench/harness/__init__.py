"""The benchmark: what it runs is bench/programs.json, how is in these modules."""
