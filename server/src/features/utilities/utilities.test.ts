import { randomUUID } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type TestApp, type TestPerson, testApp } from '../../../test/app.ts'
import { type SheetsDouble, startSheetsDouble } from '../../../test/doubles/google/sheets.ts'
import { until } from '../../../test/until.ts'
import { wavBytes } from '../../audio/wav.ts'

let app: TestApp
let google: SheetsDouble
let folder: string

beforeAll(async () => {
  google = await startSheetsDouble()
  folder = await mkdtemp(join(tmpdir(), 'mina-google-'))
  const file = join(folder, 'account.json')
  await writeFile(file, JSON.stringify(google.account))
  app = await testApp({
    env: {
      GOOGLE_APPLICATION_CREDENTIALS: file,
      GOOGLE_SHEETS_BASE_URL: google.url,
      GOOGLE_DRIVE_BASE_URL: google.url,
      GOOGLE_SHEETS_SHARE_WITH: 'office@example.org',
    },
  })
})
beforeEach(() => {
  google.faults.length = 0
})
afterAll(async () => {
  await app.close()
  await google.close()
  await rm(folder, { recursive: true, force: true })
})

const log = (person: TestPerson, fields: Record<string, string>) =>
  person.raw('/utilities/log-usage', { method: 'POST', body: new URLSearchParams(fields) })

const sheetOf = (code: string) => [...google.sheets.values()].find((it) => it.title === `${code}_usage_audio_translate`)

const rowsOf = (code: string, count: number) =>
  until(async () => {
    const sheet = sheetOf(code)
    return sheet && sheet.rows.length > count && sheet
  }, `${count} rows in the sheet`)

const newCode = () => `Code_${randomUUID().slice(0, 13)}`

describe('the billing log', () => {
  test('answers in the words and strings that clients know', async () => {
    const ann = await app.person()
    const user_code = newCode()
    const answer = await log(ann, { user_code, fileName: 'talk.mp3', duration: '12.5' })
    expect(answer.status).toBe(200)
    expect(await answer.json()).toEqual({
      message: 'File processed successfully',
      user_code,
      filename: 'talk.mp3',
      duration: 12.5,
      cost_per_minute: '0.20',
      total_cost: '2.50',
      Billed: 'YES',
    })
    const { rows } = await app.database.pool.query('select * from billing_rows where code = $1', [user_code])
    expect(rows).toMatchObject([{ user_id: ann.user.id, filename: 'talk.mp3', duration_min: 12.5, total_cost: 2.5 }])
  })

  test.each([
    [{}, 'Missing required parameters: user_code, fileName, or duration'],
    [{ user_code: 'a', fileName: 'b' }, 'Missing required parameters: user_code, fileName, or duration'],
    [{ user_code: 'a', fileName: 'b', duration: '' }, 'Missing required parameters: user_code, fileName, or duration'],
    [{ user_code: 'a', fileName: 'b', duration: 'long' }, 'Invalid duration value: long'],
    [{ user_code: 'a', fileName: 'b', duration: '-1' }, 'Invalid duration value: -1'],
    [{ user_code: 'a', fileName: 'b', duration: 'NaN' }, 'Invalid duration value: NaN'],
    [{ user_code: 'a', fileName: 'b', duration: '1e999' }, 'Invalid duration value: 1e999'],
    [{ user_code: "a' or 1=1", fileName: 'b', duration: '1' }, /^user_code/],
    [{ user_code: 'a'.repeat(65), fileName: 'b', duration: '1' }, /^user_code/],
  ])('%j is refused', async (fields: Record<string, string>, error) => {
    const ann = await app.person()
    const answer = await log(ann, fields)
    expect(answer.status).toBe(400)
    expect(((await answer.json()) as { error: string }).error).toMatch(error)
  })

  test('a code belongs to the first account that uses it', async () => {
    const [ann, bob] = [await app.person(), await app.person()]
    const fields = { user_code: newCode(), fileName: 'talk.mp3', duration: '1' }
    expect((await log(ann, fields)).status).toBe(200)
    expect((await log(bob, fields)).status).toBe(403)
    expect((await log(ann, fields)).status).toBe(200)
  })
})

describe('the sheet', () => {
  test('is made once with its header, shared, and filled raw', async () => {
    const ann = await app.person()
    const user_code = newCode()
    await log(ann, { user_code, fileName: '=HYPERLINK("http://evil")', duration: '3' })
    await log(ann, { user_code, fileName: 'second.mp3', duration: '1' })
    const sheet = await rowsOf(user_code, 2)
    expect(sheet.rows[0]).toEqual([
      'Data e Ora',
      'Nome File',
      'Durata (minuti)',
      'Costo Unitario (€)',
      'Costo Totale (€)',
      'Billed',
    ])
    expect(sheet.rows.slice(1)).toContainEqual([
      expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/),
      '=HYPERLINK("http://evil")',
      3,
      '0.20',
      '0.60',
      'YES',
    ])
    expect(sheet.writers).toEqual(['office@example.org'])
    expect([...google.sheets.values()].filter((it) => it.title === sheet.title)).toHaveLength(1)
    const { rows } = await app.database.pool.query('select sheet_id from billing_codes where code = $1', [user_code])
    expect(rows).toEqual([{ sheet_id: sheet.id }])
  })

  test('gets its row when Google is there again; the caller never waits for it', async () => {
    const ann = await app.person()
    const user_code = newCode()
    google.faults.push({ kind: 'status', status: 503 }, { kind: 'paced' })
    const answer = await log(ann, { user_code, fileName: 'talk.mp3', duration: '2' })
    expect(answer.status).toBe(200)
    const sheet = await rowsOf(user_code, 1)
    expect(sheet.rows).toHaveLength(2)
    await until(async () => {
      const { rows } = await app.database.pool.query('select in_sheet_at from billing_rows where code = $1', [
        user_code,
      ])
      return rows[0].in_sheet_at
    }, 'the row to be marked')
  })

  test('that somebody threw away is made anew', async () => {
    const ann = await app.person()
    const user_code = newCode()
    await log(ann, { user_code, fileName: 'first.mp3', duration: '1' })
    const first = await rowsOf(user_code, 1)
    google.sheets.delete(first.id)
    await log(ann, { user_code, fileName: 'second.mp3', duration: '1' })
    const second = await rowsOf(user_code, 1)
    expect(second.id).not.toBe(first.id)
    expect(second.rows[1]![1]).toBe('second.mp3')
  })

  test('an account that Google does not let in is said to the operator, not tried for hours', async () => {
    const ann = await app.person()
    const user_code = newCode()
    google.faults.push({ kind: 'status', status: 403 })
    await log(ann, { user_code, fileName: 'talk.mp3', duration: '1' })
    const row = await until(async () => {
      const { rows } = await app.database.pool.query(
        `select output from pgboss.job where name = 'utilities.sheet-row' and state = 'failed'`,
      )
      return rows[0]
    }, 'the job to be set aside')
    expect(row.output.message).toMatch(/service account/)
    expect(sheetOf(user_code)).toBeUndefined()
  })
})

describe('the length of a recording', () => {
  const send = (person: TestPerson, body: FormData) => person.raw('/utilities/audio-duration', { method: 'POST', body })

  test('is told in minutes', async () => {
    const ann = await app.person()
    const body = new FormData()
    body.set('audio', new Blob([new Uint8Array(wavBytes(new Int16Array(16_000 * 45)))]), 'talk.m4a')
    const answer = await send(ann, body)
    expect(answer.status).toBe(200)
    expect(await answer.json()).toEqual({ message: 'Audio processed successfully', duration_minutes: 0.75 })
  })

  test('needs a recording', async () => {
    const ann = await app.person()
    const none = new FormData()
    none.set('something', 'else')
    const answer = await send(ann, none)
    expect([answer.status, ((await answer.json()) as { error: string }).error]).toEqual([400, 'No audio file provided'])
    const wrong = new FormData()
    wrong.set('audio', new Blob(['<html>']), 'talk.mp3')
    expect((await send(ann, wrong)).status).toBe(415)
  })

  test('a field without a chosen file is told so', async () => {
    const ann = await app.person()
    const boundary = 'xxmina'
    const body = `--${boundary}\r\nContent-Disposition: form-data; name="audio"; filename=""\r\nContent-Type: application/octet-stream\r\n\r\n\r\n--${boundary}--\r\n`
    const answer = await ann.raw('/utilities/audio-duration', {
      method: 'POST',
      body,
      headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
    })
    expect([answer.status, ((await answer.json()) as { error: string }).error]).toEqual([400, 'No audio file selected'])
  })
})
