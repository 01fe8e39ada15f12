"""Batchscape: what does batch size do to a gradient, a path, and the cost of training?"""
