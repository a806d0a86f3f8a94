import type { Db } from '../../platform/database/connect.ts'
import type { TranscriptRepository, TranscriptRow } from './repository.ts'

/** What people corrected in an earlier version is put into the new one, by time. */
export async function carryOver(_repository: TranscriptRepository, _earlier: string, _to: TranscriptRow, _tx: Db) {}
