"""The page: what is shown in the browser, and the server that shows it."""
