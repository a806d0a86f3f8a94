import { type Endpoint, errorStatus } from '@mina/contract'
import { z } from 'zod'

type Json = Record<string, unknown>

const tagOf = ({ path }: Endpoint) => {
  const [first = '', second = ''] = path.split('/').filter(Boolean)
  return first === 'api' ? second : first
}

const jsonSchema = (schema: z.ZodType, io: 'input' | 'output'): Json => {
  const { $schema, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any', target: 'draft-2020-12' }) as Json
  return rest
}

/** Parameters of the path, the query and the headers, one by one, from the schema of all. */
const parameters = (where: 'path' | 'query' | 'header', schema: z.ZodType | undefined): Json[] => {
  if (!schema) return []
  const { properties = {}, required = [] } = jsonSchema(schema, 'input') as { properties?: Json; required?: string[] }
  return Object.entries(properties).map(([name, it]) => ({
    name,
    in: where,
    required: where === 'path' || required.includes(name),
    schema: it,
  }))
}

const fileSchema = { type: 'string', format: 'binary' }

const requestBody = ({ body, consumes = 'json' }: Endpoint): Json | undefined => {
  if (consumes === 'raw')
    return { content: { 'application/octet-stream': { schema: fileSchema }, 'application/json': { schema: {} } } }
  if (!body && consumes === 'json') return undefined
  const schema = body ? jsonSchema(body, 'input') : { type: 'object' }
  const withFile = { ...schema, properties: { file: fileSchema, ...((schema.properties as Json | undefined) ?? {}) } }
  const content: Json = {}
  if (consumes.startsWith('json')) content['application/json'] = { schema }
  if (consumes.endsWith('form')) content['application/x-www-form-urlencoded'] = { schema }
  if (consumes.endsWith('multipart')) content['multipart/form-data'] = { schema: withFile }
  return { content }
}

const answerContent = (endpoint: Endpoint): Json => {
  const { answer, family } = endpoint
  if (answer === 'events') return { 'text/event-stream': { schema: { type: 'string' } } }
  if (answer === 'file') return { 'application/octet-stream': { schema: fileSchema } }
  if (answer === 'any') return { 'application/json': { schema: {} } }
  const schema = jsonSchema(answer, 'output')
  if (family !== 'app') return { 'application/json': { schema } }
  return {
    'application/json': {
      schema: {
        ...schema,
        properties: { ok: { const: true }, ...((schema.properties as Json | undefined) ?? {}) },
        required: ['ok', ...((schema.required as string[] | undefined) ?? [])],
      },
    },
  }
}

const failures = (endpoint: Endpoint): Json => {
  const codes = new Set(endpoint.errors ?? [])
  if (endpoint.body || endpoint.query) codes.add('bad_request')
  if (endpoint.permission !== 'public') codes.add('unauthorized')
  const byStatus = Map.groupBy(codes, (code) => errorStatus[code])
  return Object.fromEntries(
    [...byStatus]
      .sort(([a], [b]) => a - b)
      .map(([status, some]) => [String(status), { description: some.sort().join(', ') }]),
  )
}

const operation = (endpoint: Endpoint): Json => ({
  summary: endpoint.summary,
  tags: [tagOf(endpoint)],
  parameters: [
    ...parameters('path', endpoint.params),
    ...parameters('query', endpoint.query),
    ...parameters('header', endpoint.headers),
  ],
  ...(requestBody(endpoint) && { requestBody: requestBody(endpoint) }),
  responses: {
    [String(endpoint.status ?? 200)]: { description: 'Done', content: answerContent(endpoint) },
    ...failures(endpoint),
  },
  security: endpoint.permission === 'public' ? [] : [{ cookie: [] }, { bearer: [] }, { apiKey: [] }],
  'x-permission': endpoint.permission,
  'x-family': endpoint.family,
})

/** The reference document, written from the contract: what is not described there is not served. */
export function openApi(endpoints: readonly Endpoint[], version: string): Json {
  const paths: Record<string, Json> = {}
  const ordered = [...endpoints].sort((a, b) => a.path.localeCompare(b.path) || a.method.localeCompare(b.method))
  for (const endpoint of ordered) {
    const path = endpoint.path.replace(/:(\w+)/g, '{$1}')
    paths[path] = { ...paths[path], [endpoint.method.toLowerCase()]: operation(endpoint) }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Mina',
      version,
      description:
        'Speech into text, and text into work: the App API of the web app, the Platform API for scripts, and the OpenAI and Deepgram dialects.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    paths,
    components: {
      securitySchemes: {
        cookie: { type: 'apiKey', in: 'cookie', name: 'mina_access' },
        bearer: { type: 'http', scheme: 'bearer' },
        apiKey: { type: 'apiKey', in: 'header', name: 'x-api-key' },
      },
    },
  }
}
