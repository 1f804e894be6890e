# Slipway on the Java virtual machine. Build it in the root of the sources:
#   docker build -t slipway .
# How to run it: deploy/README.md.

FROM maven:3-eclipse-temurin-25 AS build
WORKDIR /build
# Dependencies first: they change less often than the sources, so they have their own layer.
COPY .mvn .mvn
COPY pom.xml ./
RUN mvn -B -ntp quarkus:go-offline
COPY src src
# The documentation that is served at /docs, and the files that it links to.
COPY docs docs
COPY deploy deploy
COPY clients clients
COPY models-sample models-sample
COPY README.md ARCHITECTURE.md CHANGELOG.md CONTRIBUTING.md SECURITY.md slipway Dockerfile Dockerfile.native ./
RUN mvn -B -ntp package -Dmaven.test.skip=true -Dspotless.check.skip=true
# The libraries of ONNX Runtime for this platform, so that no process has to unpack them.
WORKDIR /native
RUN case "$(uname -m)" in x86_64) platform=linux-x64 ;; *) platform=linux-aarch64 ;; esac \
  && jar xf /build/target/quarkus-app/lib/com.microsoft.onnxruntime.onnxruntime-*.jar \
    "ai/onnxruntime/native/$platform" \
  && mv "ai/onnxruntime/native/$platform"/*.so . \
  && rm -r ai

FROM eclipse-temurin:25-jre
# A named user: the embedded PostgreSQL, which starts if no database is configured, refuses root and
# asks the system for the user's name. The home folder is on the volume: the tokenizers' library is
# unpacked there.
RUN groupadd --system --gid 10001 slipway \
  && useradd --system --uid 10001 --gid slipway --home-dir /var/lib/slipway --create-home slipway
WORKDIR /opt/slipway
COPY slipway ./
COPY deploy/jvm.options deploy/healthcheck deploy/
COPY models-sample models-sample
COPY --from=build /native native
COPY --from=build /build/target/quarkus-app quarkus-app
USER 10001:10001
# The container engine restarts it.
ENV SLIPWAY_DATA=/var/lib/slipway/data \
  SLIPWAY_RESTART=off \
  QUARKUS_HTTP_HOST=0.0.0.0 \
  SLIPWAY_JAVA_OPTIONS="-Donnxruntime.native.path=/opt/slipway/native -XX:+ExitOnOutOfMemoryError"
VOLUME /var/lib/slipway
EXPOSE 8080
# It finishes running requests, then ends.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s --retries=3 \
  CMD ["/opt/slipway/deploy/healthcheck"]
ENTRYPOINT ["/opt/slipway/slipway"]
CMD ["up"]
