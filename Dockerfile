# docker build -t foilmock . && docker run --rm -p 127.0.0.1:8000:8000 -v foilmock:/var/lib/foilmock foilmock
# scripts/image-check carries this file out without Docker and proves the result: change both together or neither.

FROM swift:6.3-bookworm AS builder
RUN apt-get update -qq \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
        libevent-dev libsqlite3-dev libutf8proc-dev libpcre2-dev libssl-dev pkg-config
WORKDIR /src
COPY . .
RUN swift build -c release --static-swift-stdlib --product foilmock \
    && strip -o /usr/local/bin/foilmock .build/release/foilmock

# What the binary loads, and no more. The upgrade brings the security updates that the base image may not have yet;
# the query leaves in the build's log which libevent it got.
FROM debian:bookworm-slim
RUN apt-get update -qq \
    && DEBIAN_FRONTEND=noninteractive apt-get upgrade -y -qq \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
        libevent-core-2.1-7 libevent-pthreads-2.1-7 libpcre2-8-0 libsqlite3-0 libssl3 libstdc++6 libutf8proc2 \
    && rm -rf /var/lib/apt/lists/* \
    && dpkg-query -W 'libevent*'
# The folder exists before VOLUME, so that a new volume takes over its owner.
RUN useradd --uid 10001 --no-create-home --home-dir /var/lib/foilmock --shell /usr/sbin/nologin foilmock \
    && install -d -o foilmock -g foilmock -m 0750 /var/lib/foilmock
COPY --from=builder /usr/local/bin/foilmock /usr/local/bin/foilmock

# Every option of `foilmock serve --help` is such a variable: -e FOILMOCK_RATE_LIMITS=off,
# or -v ./fixtures:/fixtures:ro -e FOILMOCK_FIXTURES=/fixtures.
ENV FOILMOCK_HOST=0.0.0.0 FOILMOCK_DB=/var/lib/foilmock/foilmock.db
# By number, which an orchestrator can tell from root.
USER 10001:10001
VOLUME /var/lib/foilmock
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s CMD ["foilmock", "health"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["foilmock"]
CMD ["serve"]
