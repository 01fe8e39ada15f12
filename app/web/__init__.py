"""What speaks HTTP and knows no science: answers, assets, limits, admission, caches, errors."""
