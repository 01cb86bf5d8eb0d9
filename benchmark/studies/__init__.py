"""Studies: many experiments through DVC's queue, and one report of them all."""
