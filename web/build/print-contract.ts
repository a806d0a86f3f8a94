import { pathToFileURL } from 'node:url'
import { plainExports } from './plain-exports.ts'

/** Prints the contract's run-time module for the web app; see contract-data.ts. */
const contract: Record<string, unknown> = await import(pathToFileURL(process.argv[2] ?? '').href)
process.stdout.write(plainExports(contract))
