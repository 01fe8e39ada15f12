"""A network's runs drawn: a figure a file."""
