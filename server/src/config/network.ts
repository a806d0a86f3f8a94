import { isIP } from 'node:net'
import { wrongAllowance } from '../platform/outbound/allowlist.ts'
import { ConfigError, type Fields, wrong } from './fields.ts'

const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost'])
const HOST_NAME = /^[\p{L}\p{N}]([\p{L}\p{N}.-]*[\p{L}\p{N}])?$/u

function hostOf(read: Fields, production: boolean) {
  const host = read.text('HOST', production ? '0.0.0.0' : '127.0.0.1')
  if (!isIP(host) && !HOST_NAME.test(host))
    throw wrong('HOST', host, 'give an address or a name of this machine, without port or protocol')
  return host
}

function tlsOf(read: Fields) {
  const [cert, key] = [read.file('TLS_CERT'), read.file('TLS_KEY')]
  if (cert && key) return { cert, key }
  if (!cert && !key) return null
  throw new ConfigError(`${cert ? 'TLS_KEY' : 'TLS_CERT'} is missing: HTTPS needs TLS_CERT and TLS_KEY, both files.`)
}

/** The address that people type: pages, cookies and links stand at its root. */
function publicAddress(read: Fields, fallback: string) {
  const value = read.url('PUBLIC_BASE_URL')
  if (value === undefined) return fallback
  const url = new URL(value)
  if (url.pathname !== '/' || url.search || url.hash || url.username || url.password)
    throw wrong('PUBLIC_BASE_URL', value, `give the address alone, such as ${url.origin}`)
  return url.origin
}

/** Cookies follow the public address; a setting that contradicts it would lock everybody out. */
function cookiesOf(read: Fields, secure: boolean) {
  const sameSite = read.choice('COOKIE_SAMESITE', ['Lax', 'Strict', 'None'], 'Lax')
  if (read.flag('COOKIE_SECURE', secure) !== secure)
    throw wrong(
      'COOKIE_SECURE',
      read.text('COOKIE_SECURE', ''),
      secure
        ? 'cookies of an https address are always secure: leave it out'
        : 'browsers keep no secure cookies of an http address: set PUBLIC_BASE_URL to an https one, or leave it out',
    )
  if (sameSite === 'None' && !secure)
    throw wrong('COOKIE_SAMESITE', sameSite, 'browsers take it from an https address only: set PUBLIC_BASE_URL to one')
  return sameSite
}

/** As browsers send them: without a path, and without the port that is usual. */
function originsOf(read: Fields, production: boolean, ...names: string[]) {
  const entries = read.listOf(
    (entry) => {
      if (entry === '*')
        return production ? 'production names the origins that may come, such as https://mina.example.org' : null
      const url = URL.parse(entry)
      return url && /^https?:$/.test(url.protocol) && url.pathname === '/' && !url.search && !url.hash
        ? null
        : 'give origins such as https://mina.example.org, separated by commas'
    },
    ...names,
  )
  return entries.map((it) => (it === '*' ? it : new URL(it).origin))
}

const wrongProxy = (entry: string) => {
  const [address = '', bits, ...more] = entry.split('/')
  const most = isIP(address) === 6 ? 128 : 32
  const wellFormed = isIP(address) && more.length === 0 && (bits === undefined || /^\d{1,3}$/.test(bits))
  return wellFormed && Number(bits ?? 0) <= most
    ? null
    : 'give addresses or networks such as 10.0.0.0/8, separated by commas'
}

const wrongVouch = (entry: string) =>
  wrongAllowance(entry) ? 'give hosts, host:port or networks such as 10.0.0.0/8' : null

/** Where Mina listens, who may speak to it from where, and whom it may call. */
export function networkConfig(read: Fields, production: boolean) {
  const port = read.integer(8080, 0, 65_535, 'PORT')
  const host = hostOf(read, production)
  const tls = tlsOf(read)
  const shownHost = host.includes(':') ? `[${host}]` : host === '0.0.0.0' ? '127.0.0.1' : host
  const publicBaseUrl = publicAddress(read, `${tls ? 'https' : 'http'}://${shownHost}:${port}`)
  const secure = publicBaseUrl.startsWith('https:')
  return {
    port,
    host,
    loopback: LOOPBACK.has(host),
    tls,
    publicBaseUrl,
    /** Cookies are Secure and bear the `__Host-` prefix exactly when the public address is https. */
    secure,
    cookieSameSite: cookiesOf(read, secure),
    corsOrigins: originsOf(read, production, 'CORS_ORIGINS', 'ALLOWED_ORIGINS', 'CORS_ALLOW'),
    socketOrigins: originsOf(read, production, 'SOCKETIO_ORIGINS'),
    trustedProxies: read.listOf(wrongProxy, 'TRUSTED_PROXIES'),
    outboundAllow: read.listOf(wrongVouch, 'OUTBOUND_ALLOW'),
    mediaAllow: read.listOf(wrongVouch, 'MEDIA_ALLOW'),
  }
}
