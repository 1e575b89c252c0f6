"""The programs that are measured: each module is started as a process of its own."""
