"""`perhaps bench`: how fast this machine answers, beside other programs on the same files."""
