import { describe, expect, it } from 'vitest'
import { createAllowlist, wrongAllowance } from './allowlist.ts'

const allows = (entry: string, host: string, port: number, address: string) =>
  createAllowlist([entry])({ host, port, address })

describe('what the operator vouches for', () => {
  it('is a host, on any port or on one', () => {
    expect(allows('n8n.lan', 'N8N.lan.', 5678, '10.0.0.5')).toBe(true)
    expect(allows('n8n.lan:5678', 'n8n.lan', 5678, '10.0.0.5')).toBe(true)
    expect(allows('n8n.lan:5678', 'n8n.lan', 80, '10.0.0.5')).toBe(false)
    expect(allows('n8n.lan', 'evil-n8n.lan', 5678, '10.0.0.5')).toBe(false)
    expect(allows('n8n.lan', 'x.n8n.lan', 5678, '10.0.0.5')).toBe(false)
  })

  it('is an address or a network, however a name led there', () => {
    expect(allows('10.0.0.0/8', 'any.name', 80, '10.200.0.1')).toBe(true)
    expect(allows('10.0.0.0/8', 'any.name', 80, '::ffff:10.200.0.1')).toBe(true)
    expect(allows('10.0.0.0/8', 'any.name', 80, '11.0.0.1')).toBe(false)
    expect(allows('10.0.0.0/8', 'any.name', 80, 'fd00::1')).toBe(false)
    expect(allows('10.0.0.0/8:8080', 'any.name', 8080, '10.0.0.1')).toBe(true)
    expect(allows('10.0.0.0/8:8080', 'any.name', 80, '10.0.0.1')).toBe(false)
    expect(allows('fd00::/8', 'any.name', 80, 'fd12::1')).toBe(true)
    expect(allows('[fd00::1]:8080', 'any.name', 8080, 'fd00:0::1')).toBe(true)
    expect(allows('[fd00::1]:8080', 'any.name', 80, 'fd00::1')).toBe(false)
    expect(allows('127.0.0.1', '127.0.0.1', 80, '127.0.0.1')).toBe(true)
    expect(allows('127.0.0.1', '127.0.0.2', 80, '127.0.0.2')).toBe(false)
  })

  it('is explained where it is written wrongly', () => {
    for (const wrong of ['10.0.0.0/33', 'http://x', 'a b', '', '10.0/8/9', '*'])
      expect(wrongAllowance(wrong)).toContain('is not')
    for (const right of ['n8n', 'n8n:5678', '10.0.0.0/8', '::1', '[::1]:80', 'fd00::/8'])
      expect(wrongAllowance(right)).toBeNull()
  })
})
