import { useNavigate } from '@tanstack/react-router'
import { useEffect } from 'react'
import { handOver } from './handed.ts'

const holdsFiles = (event: DragEvent) => !event.defaultPrevented && Boolean(event.dataTransfer?.types.includes('Files'))

/** A file may be dropped on any page. Without this the browser would leave the app and open it. */
export function useDroppedFiles() {
  const navigate = useNavigate()
  useEffect(() => {
    const over = (event: DragEvent) => {
      if (holdsFiles(event)) event.preventDefault()
    }
    const drop = (event: DragEvent) => {
      if (!holdsFiles(event)) return
      event.preventDefault()
      handOver(event.dataTransfer?.files ?? [])
      void navigate({ to: '/upload' })
    }
    addEventListener('dragover', over)
    addEventListener('drop', drop)
    return () => {
      removeEventListener('dragover', over)
      removeEventListener('drop', drop)
    }
  }, [navigate])
}
