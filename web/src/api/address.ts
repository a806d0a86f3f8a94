type Values = Record<string, unknown>

/** `/api/things/:id` and what was sent make the address; undefined and null are left out of the query. */
export function address(path: string, params: Values = {}, query: Values = {}) {
  const filled = path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(String(params[name] ?? '')))
  const asked = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    for (const it of Array.isArray(value) ? value : [value]) {
      if (it !== undefined && it !== null && it !== '') asked.append(name, String(it))
    }
  }
  return asked.size ? `${filled}?${asked}` : filled
}
