"""Live updates: what the services publish, carried to the subscribers who may see it.

The bridge hears the messages, the hub knows who wants to be told of what, a group of subscribers who are shown the same
has each event shown once, and each subscriber's answers wait in the outbox of their connection until it takes them.
"""
