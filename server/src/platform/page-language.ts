export type PageLanguage = 'en' | 'it'

/** What the address asks for, else the first of the browser's languages that there are pages in. */
export function pageLanguage(asked: string | undefined, accepted: string | undefined): PageLanguage {
  const wanted = [asked, ...(accepted?.split(',') ?? [])].map((tag) =>
    /^\s*(en|it)\b/i.exec(tag ?? '')?.[1]?.toLowerCase(),
  )
  return wanted.find((it) => it === 'en' || it === 'it') ?? 'en'
}
