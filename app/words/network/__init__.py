"""What a network's runs show, in words with measured numbers."""
