"""Check the citations of a text against the library: which law, which version, which words."""
