"""What is measured for speed, beside what one would write or install instead."""
