"""What the GraphQL door gives, beside two programs that answer the same queries from the same databases."""
