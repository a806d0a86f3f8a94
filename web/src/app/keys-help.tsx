import { useWords } from '../i18n/index.ts'
import { shell } from '../i18n/shell/index.ts'
import { Dialog } from '../ui/dialog.tsx'
import { Keys } from '../ui/keys.tsx'
import { useAllShortcuts } from '../ui/shortcuts.ts'

export function KeysHelp({ onClose }: { onClose: () => void }) {
  const words = useWords(shell)
  const groups = Map.groupBy(useAllShortcuts(), (it) => it.group)
  return (
    <Dialog open wide onClose={onClose} title={words('keys.title')}>
      <div className="keys-help">
        {[...groups].map(([group, all]) => (
          <div key={group}>
            <h3>{group}</h3>
            {all.map((it) => (
              <div key={`${it.keys} ${it.label}`}>
                <span>{it.label}</span>
                <Keys keys={it.keys} />
              </div>
            ))}
          </div>
        ))}
      </div>
    </Dialog>
  )
}
