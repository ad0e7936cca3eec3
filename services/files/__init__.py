"""Files that belong to something of a service: what was announced, what came, what the scanner said. The bytes are in
an object store that only the gateway knows; a service keeps the receipt. What a file belongs to, and who may do what
with it, the service says itself; this package knows none.
"""
