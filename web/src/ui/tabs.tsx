import { type KeyboardEvent, type ReactNode, useId } from 'react'

export interface Tab<Name extends string> {
  name: Name
  label: string
  count?: number
  body: ReactNode
}

export function Tabs<Name extends string>({
  tabs,
  chosen,
  onChoose,
  label,
  bodyClass = '',
}: {
  tabs: Tab<Name>[]
  chosen: Name
  onChoose: (name: Name) => void
  label: string
  bodyClass?: string
}) {
  const id = useId()
  const walk = (event: KeyboardEvent<HTMLDivElement>) => {
    const at = tabs.findIndex((tab) => tab.name === chosen)
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key]
    const next = to === undefined ? undefined : tabs[(to + tabs.length) % tabs.length]
    if (!next) return
    event.preventDefault()
    onChoose(next.name)
    document.getElementById(`${id}-${next.name}`)?.focus()
  }
  return (
    <>
      <div className="tabs" role="tablist" aria-label={label} onKeyDown={walk}>
        {tabs.map((tab) => (
          <button
            key={tab.name}
            type="button"
            role="tab"
            id={`${id}-${tab.name}`}
            aria-selected={tab.name === chosen}
            aria-controls={`${id}-body`}
            tabIndex={tab.name === chosen ? 0 : -1}
            onClick={() => onChoose(tab.name)}
          >
            {tab.label}
            {tab.count !== undefined && <span className="num">{tab.count}</span>}
          </button>
        ))}
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a panel whose content may not be focusable must be reachable itself */}
      <div role="tabpanel" id={`${id}-body`} aria-labelledby={`${id}-${chosen}`} tabIndex={0} className={bodyClass}>
        {tabs.find((tab) => tab.name === chosen)?.body}
      </div>
    </>
  )
}
