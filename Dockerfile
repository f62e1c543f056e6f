# docker build -t foilmock . && docker run --rm -p 127.0.0.1:8000:8000 -v foilmock:/var/lib/foilmock --stop-timeout 20 foilmock
# With --target postgres the image has foilmock-postgres (docs/scaling.md).
# scripts/image-check carries this file out without Docker and proves the result.

FROM swift:6.3-bookworm AS source
# foilmock holds the libraries it is linked with, so their security updates must be here. The last line stops the build
# where libevent lacks its update of Debian 12.
RUN apt-get update -qq \
    && DEBIAN_FRONTEND=noninteractive apt-get upgrade -y -qq \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
        libevent-dev libsqlite3-dev libutf8proc-dev libpcre2-dev libssl-dev \
        libedit-dev zlib1g-dev libzstd-dev libpq-dev node-dagre-layout pkg-config \
    && dpkg-query -W libevent-dev \
    && dpkg --compare-versions "$(dpkg-query -W -f '${Version}' libevent-dev)" ge 2.1.12-stable-8+deb12u1
# COPY takes over what is in a folder, not the folder itself: so each folder of an image is in one of these two.
RUN install -d -m 0755 /image/usr/local/bin /image/var/lib \
    && install -d -m 1777 /image/tmp \
    && install -d -m 0750 /state/foilmock
WORKDIR /src
COPY . .

FROM source AS builder
RUN swift build -c release --static-swift-stdlib -Xswiftc -static-executable -Xswiftc -use-ld=lld \
    -Xswiftc -enforce-exclusivity=unchecked --product foilmock
RUN strip --remove-section=.swift_modhash --remove-section=.note.gnu.build-id \
    -o /image/usr/local/bin/foilmock .build/release/foilmock

FROM source AS postgres-builder
RUN swift build -c release --static-swift-stdlib -Xswiftc -use-ld=lld \
    -Xswiftc -enforce-exclusivity=unchecked --product foilmock-postgres
RUN strip --remove-section=.swift_modhash --remove-section=.note.gnu.build-id \
    -o /image/usr/local/bin/foilmock-postgres .build/release/foilmock-postgres

FROM debian:bookworm-slim AS postgres
RUN apt-get update -qq \
    && DEBIAN_FRONTEND=noninteractive apt-get upgrade -y -qq \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
        libpq5 libevent-core-2.1-7 libevent-extra-2.1-7 libevent-pthreads-2.1-7 libsqlite3-0 libutf8proc2 libpcre2-8-0 libedit2 \
    && rm -rf /var/lib/apt/lists/*
COPY --from=postgres-builder /image/ /
COPY --from=postgres-builder --chown=10001:10001 /state/ /var/lib/
# Stops the build where a library is missing.
RUN foilmock-postgres --version
# Set FOILMOCK_DB to the address of your database.
ENV FOILMOCK_HOST=0.0.0.0 FOILMOCK_DB=/var/lib/foilmock/foilmock.db
USER 10001:10001
VOLUME /var/lib/foilmock
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s CMD ["/usr/local/bin/foilmock-postgres", "health"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["/usr/local/bin/foilmock-postgres"]
CMD ["serve"]

# Nothing but the program and two folders: no shell, no library, no certificate.
FROM scratch
COPY --from=builder /image/ /
COPY --from=builder --chown=10001:10001 /state/ /var/lib/

# Every option of `foilmock serve --help` is such a variable: -e FOILMOCK_RATE_LIMITS=off,
# or -v ./fixtures:/fixtures:ro -e FOILMOCK_FIXTURES=/fixtures.
ENV FOILMOCK_HOST=0.0.0.0 FOILMOCK_DB=/var/lib/foilmock/foilmock.db
# By number, which an orchestrator can tell from root, and which needs no /etc/passwd.
USER 10001:10001
VOLUME /var/lib/foilmock
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s CMD ["/usr/local/bin/foilmock", "health"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["/usr/local/bin/foilmock"]
CMD ["serve"]
