# A static binary on nothing but the certificates it needs to talk to Slack.
# Time zones are compiled in.
FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG VERSION=dev
RUN go run ./playbooks/learn && CGO_ENABLED=0 go build -trimpath -ldflags "-s -w -X main.version=${VERSION}" -o /ally ./cmd/ally

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /ally /ally
USER 65532:65532
# /healthz (alive), /readyz (can answer) and /metrics. The image holds no shell
# and no curl: let the orchestrator ask over HTTP.
ENV ALLY_HTTP_ADDR=:9090
EXPOSE 9090
ENTRYPOINT ["/ally"]
CMD ["serve"]
