"""The documentation's site: what MkDocs does not do by itself, pages that are written from code, and the pictures."""
