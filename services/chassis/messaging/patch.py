"""Green threads, switched on before anything else is imported."""

import os
import warnings


def monkey_patch() -> None:
    """Make the standard library cooperative. Call it before the first import of nameko, kombu or pymongo."""
    # greendns resolves wrongly with Kubernetes' search domains.
    os.environ.setdefault("EVENTLET_NO_GREENDNS", "yes")
    with warnings.catch_warnings():
        # Eventlet announces its retirement at import. Known, decided upon: no module outside this package sees it.
        warnings.simplefilter("ignore")
        import eventlet

    eventlet.monkey_patch()
