import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose'

interface SigningKey {
  kid: string
  privateKey: CryptoKey
  publicJwk: JWK
}

const makeKey = async (kid: string): Promise<SigningKey> => {
  const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true })
  return { kid, privateKey, publicJwk: { ...(await exportJWK(publicKey)), kid, alg: 'RS256', use: 'sig' } }
}

interface Wish {
  sub?: string
  aud?: string
  iss?: string
  expiresIn?: string
  kid?: string
}

/** An identity provider that can change its keys, count who asks for them, and go away. */
export async function startIssuer(audience: string) {
  let keys = [await makeKey('first')]
  let keyRequests = 0
  let isDown = false
  const server = createServer((request, response) => {
    if (isDown) return response.writeHead(503).end()
    const send = (body: unknown) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    if (request.url === '/.well-known/openid-configuration')
      return send({ issuer, jwks_uri: `${issuer}keys`, userinfo_endpoint: `${issuer}userinfo` })
    if (request.url === '/keys') {
      keyRequests += 1
      return send({ keys: keys.map((it) => it.publicJwk) })
    }
    if (request.url === '/userinfo')
      return send({ sub: 'auth0|ada', nickname: request.headers.authorization?.slice(0, 6) })
    return response.writeHead(404).end()
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`

  return {
    issuer,
    keyRequests: () => keyRequests,
    publicKey: () => keys[0]!.publicJwk,
    goAway: (away: boolean) => {
      isDown = away
    },
    async changeKeys() {
      keys = [await makeKey(`key-${crypto.randomUUID()}`)]
    },
    token: ({ sub = 'auth0|ada', aud = audience, iss = issuer, expiresIn = '5m', kid }: Wish = {}) =>
      new SignJWT({ permissions: ['read'] })
        .setProtectedHeader({ alg: 'RS256', kid: kid ?? keys[0]!.kid })
        .setIssuer(iss)
        .setAudience([aud, 'https://other.example/userinfo'])
        .setSubject(sub)
        .setIssuedAt()
        .setExpirationTime(expiresIn)
        .sign(keys[0]!.privateKey),
    close: () => new Promise<void>((done) => server.close(() => done())),
  }
}

export type Issuer = Awaited<ReturnType<typeof startIssuer>>
