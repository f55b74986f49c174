# One image for the web and for the workers; compose.yaml shows how they stand together.
FROM python:3.11-slim-bookworm
RUN apt-get update && apt-get install -y --no-install-recommends fonts-dejavu-core && rm -rf /var/lib/apt/lists/*
RUN useradd --create-home litatlas && mkdir /data && chown litatlas /data
WORKDIR /app
COPY pyproject.toml README.md LICENSE ./
COPY litatlas ./litatlas
COPY web ./web
COPY search ./search
COPY topics ./topics
COPY ingest ./ingest
RUN pip install --no-cache-dir '.[train,elasticsearch,postgresql,store]' \
    && python -c "from litatlas.settings import Settings; import web; web.preload(Settings())" \
    && python -c "from ingest.text.headwords.kept_tables import make_missing; make_missing()"
USER litatlas
ENV LITATLAS_HOME=/data
VOLUME /data
EXPOSE 8000
CMD ["litatlas", "serve", "--host", "0.0.0.0", "--workers", "0"]
