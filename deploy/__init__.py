"""How the platform is run: on a developer machine (local), in images and on Kubernetes."""
