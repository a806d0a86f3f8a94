import { existsSync } from 'node:fs'
import { AxeBuilder } from '@axe-core/playwright'
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import type { TestApp, TestPerson } from '../app.ts'

const programs = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** What may be told to the console in a journey, because the journey asked for it. */
type Expected = RegExp[]

interface BrowserOptions {
  /** A WAV file that the fake microphone plays; without it, Chromium beeps. */
  microphone?: string
}

export async function openBrowser({ microphone }: BrowserOptions = {}): Promise<Browser> {
  const executablePath = programs.find(existsSync)
  if (!executablePath) throw new Error('The journeys need Chromium: apt-get install chromium')
  return await chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-background-networking',
      '--disable-component-update',
      '--use-fake-ui-for-media-stream',
      '--use-fake-device-for-media-stream',
      '--autoplay-policy=no-user-gesture-required',
      ...(microphone ? [`--use-file-for-fake-audio-capture=${microphone}`] : []),
    ],
  })
}

/** A window of its own: no cookies but those of the person, who is signed in where one is given. */
export async function openWindow(
  browser: Browser,
  app: TestApp,
  person?: TestPerson,
  more: BrowserContextOptions = {},
) {
  const context = await browser.newContext({
    baseURL: app.base,
    viewport: { width: 1440, height: 900 },
    locale: 'en-GB',
    reducedMotion: 'reduce',
    serviceWorkers: 'block',
    ...more,
  })
  if (person) await signInto(context, app, person)
  return context
}

export const signInto = (context: BrowserContext, app: TestApp, person: TestPerson) =>
  context.addCookies(
    [...person.cookies].map(([name, value]) => ({
      name,
      value,
      url: app.base,
      httpOnly: name !== 'mina_csrf',
      sameSite: 'Lax' as const,
    })),
  )

/** Collects what no journey may leave behind: console errors, uncaught failures, refusals by the content security policy. */
export function watch(page: Page) {
  const troubles: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error') troubles.push(`console: ${message.text()}`)
  })
  page.on('pageerror', (error) => troubles.push(`uncaught: ${error.message}`))
  page.on('response', (answer) => {
    if (answer.status() >= 500) troubles.push(`${answer.status()}: ${answer.url()}`)
  })
  return {
    /** Everything that was told, but for what the journey expects. */
    troubles: (expected: Expected = []) => troubles.filter((it) => !expected.some((one) => one.test(it))),
  }
}

/** What axe finds against WCAG 2.2 AA, in one line each: empty is what a test wants. */
export async function barriers(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
    .analyze()
  return violations.map((it) => `${it.id}: ${it.nodes.map((node) => node.target.join(' ')).join(' | ')}`)
}

/** How much of the page moved by itself so far: Chromium's cumulative layout shift. Call it before the page opens. */
export async function countShifts(page: Page) {
  // As text, because the types that Node has of this interface know no layout.
  await page.addInitScript({
    content: `window.minaShift = 0
      new PerformanceObserver((list) => {
        for (const it of list.getEntries()) if (!it.hadRecentInput) window.minaShift += it.value
      }).observe({ type: 'layout-shift', buffered: true })`,
  })
  return () => page.evaluate<number>('window.minaShift')
}
