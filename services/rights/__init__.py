"""Who may do what: the roles, the one table of permissions, and how it is read. Pure; services and gateway share it."""
