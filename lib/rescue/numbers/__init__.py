"""The printed numbers, one by one."""
