import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isPublicAddress } from './addresses.ts'

const privateNetworks: [string, number][] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
]

const numberOf = (address: string) => address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
const textOf = (value: number) => [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join('.')
const hexOf = (value: number) => `${(value >>> 16).toString(16)}:${(value & 0xffff).toString(16)}`

const privateNumber = fc
  .constantFrom(...privateNetworks)
  .chain(([base, bits]) => fc.nat(2 ** (32 - bits) - 1).map((offset) => numberOf(base) + offset))

describe('public and private addresses', () => {
  it('knows every private IPv4 address, also when IPv6 carries it', () => {
    fc.assert(
      fc.property(privateNumber, (value) => {
        const carriers = ['::ffff:', '64:ff9b::', '2002:', '::', '64:ff9b:1::', '2001:0:4136:e378:8000:63bf:']
        expect(isPublicAddress(textOf(value))).toBe(false)
        for (const it of carriers) {
          const address = it === '2002:' ? `2002:${hexOf(value)}::1` : `${it}${hexOf(value)}`
          expect(isPublicAddress(address), address).toBe(false)
        }
        expect(isPublicAddress(`::ffff:${textOf(value)}`)).toBe(false)
      }),
    )
  })

  it('knows the private parts of IPv6', () => {
    const addresses = [
      '::',
      '::1',
      '[::1]',
      'fc00::1',
      'fd00::1',
      'fd00:ec2::254',
      'fe80::1',
      'fe80::1%eth0',
      'fec0::1',
      'ff02::1',
      '100::1',
      '2001:db8::1',
      '3fff::1',
      '5f00::1',
      '2001::1',
      '2002:5db8:d822::1',
      '::ffff:0:127.0.0.1',
      '4000::1',
    ]
    for (const it of addresses) expect(isPublicAddress(it), it).toBe(false)
  })

  it('lets the open internet pass', () => {
    const addresses = [
      '93.184.216.34',
      '8.8.8.8',
      '1.1.1.1',
      '172.15.255.255',
      '172.32.0.0',
      '100.128.0.0',
      '223.255.255.255',
    ]
    const six = ['2606:4700::1111', '2a00:1450:4001::200e', '::ffff:8.8.8.8', '64:ff9b::8.8.8.8']
    for (const it of [...addresses, ...six]) expect(isPublicAddress(it), it).toBe(true)
  })

  it('takes nothing that is not plainly an address', () => {
    for (const it of [
      '',
      'localhost',
      '127.1',
      '0x7f.1',
      '2130706433',
      '0177.0.0.1',
      '8.8.8',
      '8.8.8.8.8',
      '8.8.8.8/32',
    ])
      expect(isPublicAddress(it), it).toBe(false)
  })
})
