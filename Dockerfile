# The API with its register inside: `docker build -t citypact .`, then `docker run --read-only -p 8000:8000 citypact`.
ARG BASE=python:3.13-slim-trixie

FROM ${BASE} AS build
WORKDIR /citypact
COPY requirements.txt .
RUN python3 -m venv /venv \
    && /venv/bin/python -m pip install --no-cache-dir --disable-pip-version-check --no-deps --require-hashes \
        --requirement requirements.txt \
    && /venv/bin/python -m pip check
COPY . .
# The register is a product of seed/, so it is made here, once. Compiled now, too: later the disk is read-only.
# Readable by every user, whatever the rights of the checkout were.
RUN /venv/bin/python -m app load \
    && /venv/bin/python -m compileall -q app migrations \
    && chmod -R a+rX .

FROM ${BASE}
LABEL org.opencontainers.image.title="Citypact" \
      org.opencontainers.image.description="A read-only REST API of what sources say about friendship agreements between cities." \
      org.opencontainers.image.licenses="MIT"
ENV PATH=/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    CITYPACT_PUBLIC_URL=http://localhost:8000
WORKDIR /citypact
# All belongs to root, so the process can change none of it.
COPY --from=build /venv /venv
COPY --from=build /citypact .
# A number, for Kubernetes' runAsNonRoot; it needs no entry in /etc/passwd.
USER 10001:10001
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/readyz', timeout=4)"]
ENTRYPOINT ["python", "-m", "app"]
CMD ["serve", "--host", "0.0.0.0"]
