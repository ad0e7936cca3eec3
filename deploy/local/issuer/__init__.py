"""An OpenID Connect provider for this machine: everybody is who they say they are.

PyPI's `oidc-provider-mock` was looked at: it takes no notice of PKCE, gives opaque access tokens and has new keys at
each start. This one does what the code flow needs and no more; it lives beside the platform, never in a distribution.
"""
