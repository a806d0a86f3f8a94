# syntax=docker/dockerfile:1
FROM node:24-bookworm-slim AS build
WORKDIR /mina
COPY . .
RUN npm install --no-save --no-audit --no-fund && node scripts/ensure.mjs --dev \
 && npm prune --omit=dev --no-save --no-audit --no-fund

FROM node:24-bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends ffmpeg bubblewrap tini \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --create-home --uid 10001 mina && mkdir /data && chown mina /data
WORKDIR /mina
COPY --from=build --chown=root:root /mina /mina
USER mina
ENV NODE_ENV=production MINA_DATA_DIR=/data HOST=0.0.0.0 PORT=8080
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s \
  CMD node -e "fetch('http://127.0.0.1:'+(process.env.PORT||8080)+'/readyz').then(r=>process.exit(r.ok?0:1),()=>process.exit(1))"
ENTRYPOINT ["tini", "--"]
CMD ["node", "--max-semi-space-size=4", "--import", "./scripts/preload.mjs", "server/src/main.ts"]
