"""Generated references: what services publish, as a page to read and as an AsyncAPI document."""
