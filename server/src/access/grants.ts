import { type Permission, permissions } from '@mina/contract'

const everybody: readonly Permission[] = permissions.filter((it) => it !== 'admin:manage')

const byRole: Record<'user' | 'admin', ReadonlySet<Permission>> = {
  user: new Set(everybody),
  admin: new Set(permissions),
}

/** What a role may do. Endpoints narrow it further by refusing certain credentials. */
export const granted = (role: 'user' | 'admin') => byRole[role]
