/** Where the person wanted to go; nothing but a page of this app, and not the way in again. */
export const safeNext = (next: string | undefined) =>
  next && /^\/(?![/\\])/.test(next) && !/^\/(login|register|forgot|reset|verify)\b/.test(next) ? next : '/library'
