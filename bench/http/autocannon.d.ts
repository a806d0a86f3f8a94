/** What is used of autocannon, which brings no types. */
declare module 'autocannon' {
  interface Request {
    url: string
    connections: number
    duration: number
    method?: 'GET' | 'POST'
    headers?: Record<string, string>
    body?: string
    /** Sent in turn, where they differ from what stands above. */
    requests?: readonly { body: string }[]
  }
  interface Result {
    requests: { average: number; total: number }
    latency: { p50: number; p99: number }
    non2xx: number
    errors: number
  }
  export default function autocannon(request: Request): Promise<Result>
}
