"""All recordings on one page: where each lies among the others, a small still of it, and the way to its scene."""
