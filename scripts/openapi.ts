import { openApi } from '../server/src/doors/http/openapi.ts'
import { version } from '../server/src/version.ts'
import { endpoints } from './endpoints.ts'

// Prints the OpenAPI document: node scripts/openapi.ts > contract/openapi.json
process.stdout.write(`${JSON.stringify(openApi(endpoints, version), null, 1)}\n`)
