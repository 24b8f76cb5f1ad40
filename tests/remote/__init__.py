"""The command line over HTTP, against a server in this process."""
