"""A recording to look at: its body, object, table, touch and arm graph as arrays, and as a page that needs nothing."""
