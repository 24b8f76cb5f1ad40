"""The staff logs in at a provider (OpenID Connect): what is set, what it says, whether it may be believed."""
