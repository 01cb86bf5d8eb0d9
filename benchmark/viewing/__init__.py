"""Commands that show recordings: in a browser, as stills and films, and all of them on one page."""
