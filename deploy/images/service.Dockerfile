# One image for the three services, their relays and the topology Job; the command chooses.
#
#   docker build --file deploy/images/service.Dockerfile --tag iccar/service:local .
#
# A release names the base by digest: --build-arg PYTHON_IMAGE=docker.io/library/python@sha256:...
ARG PYTHON_IMAGE=docker.io/library/python:3.11-slim-bookworm

FROM ${PYTHON_IMAGE} AS dependencies
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_NO_CACHE_DIR=1
WORKDIR /build
RUN python -m venv /opt/venv
COPY pyproject.toml constraints.txt deploy/images/requirements.py ./
RUN python requirements.py service > requirements.txt \
    && /opt/venv/bin/pip install --requirement requirements.txt --constraint constraints.txt
# Installed, not only copied: the chassis finds the services by the entry points of the distribution.
COPY README.md ./
COPY services/ services/
RUN /opt/venv/bin/pip install --no-deps --no-build-isolation . \
    # The root is read-only at run time: the bytecode is written now or never.
    && /opt/venv/bin/python -m compileall -q /opt/venv/lib/python3*/site-packages/services

FROM ${PYTHON_IMAGE}
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    EVENTLET_NO_GREENDNS=yes
COPY --from=dependencies /opt/venv /opt/venv
WORKDIR /tmp
USER 10001:10001
CMD ["python", "-m", "services.membership", "serve"]
