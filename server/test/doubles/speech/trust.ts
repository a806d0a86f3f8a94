import { getCACertificates, setDefaultCACertificates } from 'node:tls'

/** Lets this process believe a double's certificate; gives back how to end that. */
export function trust(certificate: string): () => void {
  const before = getCACertificates('default')
  setDefaultCACertificates([...before, certificate])
  return () => setDefaultCACertificates(before)
}
