import type { Endpoint, Family } from '../contract/src/index.ts'
import { endpoints } from './endpoints.ts'

// Prints the list of all calls: node scripts/api-docs.ts > docs/endpoints.md

const titles: Record<Family, string> = {
  app: 'App API: what the web app calls',
  platform: 'Platform API: for scripts and apps',
  openai: 'OpenAI dialect',
  deepgram: 'Deepgram dialect',
  operations: 'Operations',
}

const row = ({ method, path, summary, permission, refuses }: Endpoint) => {
  const except = refuses?.includes('key') ? ', no keys' : refuses ? ', not the static key' : ''
  const who = permission === 'public' ? 'anybody' : `\`${permission}\`${except}`
  return `| \`${method} ${path}\` | ${summary} | ${who} |`
}

const section = (family: Family) => {
  const rows = endpoints
    .filter((it) => it.family === family)
    .sort((a, b) => a.path.localeCompare(b.path) || a.method.localeCompare(b.method))
  if (rows.length === 0) return []
  return [`## ${titles[family]}`, '', '| call | what it does | who may |', '| --- | --- | --- |', ...rows.map(row), '']
}

const lines = [
  '# All calls',
  '',
  'Written from the contract; [api.md](api.md) explains them, `/docs` on a running server tries them out.',
  '',
  ...(Object.keys(titles) as Family[]).flatMap(section),
]
process.stdout.write(lines.join('\n'))
