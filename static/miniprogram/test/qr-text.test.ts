import { describe, expect, it } from 'vitest'
import { isForeign, isGarbled, textOf } from '../src/logic/duty/qr-text'

const bytes = (hex: string) => hex.match(/../g)!.map((pair) => parseInt(pair, 16))
/** 设备代码：5110, as GBK and as UTF-8. */
const GBK = 'c9e8b1b8b4fac2eba3ba35313130'
const UTF8 = 'e8aebee5a487e4bba3e7a081efbc9a35313130'
const SAID = '设备代码：5110'

describe('the text of a code', () => {
  it.each([
    ['UTF-8', [{ type: 'byte', bytes: bytes(UTF8) }]],
    ['GBK without a word', [{ type: 'byte', bytes: bytes(GBK) }]],
    [
      'GB18030 by its number',
      [
        { type: 'eci', assignmentNumber: 29 },
        { type: 'byte', bytes: bytes(GBK) },
      ],
    ],
    [
      'UTF-8 by its number',
      [
        { type: 'eci', assignmentNumber: 26 },
        { type: 'byte', bytes: bytes(UTF8) },
      ],
    ],
    [
      'UTF-8 said to be Latin-1',
      [
        { type: 'eci', assignmentNumber: 3 },
        { type: 'byte', bytes: bytes(UTF8) },
      ],
    ],
    ['UTF-8 with its mark', [{ type: 'byte', bytes: bytes(`efbbbf${UTF8}`) }]],
    [
      'a number that is wrong',
      [
        { type: 'eci', assignmentNumber: 26 },
        { type: 'byte', bytes: bytes(GBK) },
      ],
    ],
    [
      'a sign cut in two',
      [
        { type: 'byte', bytes: bytes(GBK).slice(0, 3) },
        { type: 'byte', bytes: bytes(GBK).slice(3) },
      ],
    ],
    [
      'parts of several kinds',
      [
        { type: 'byte', bytes: bytes(GBK).slice(0, 10) },
        { type: 'numeric', text: '5110' },
      ],
    ],
  ])('%s', (_, parts) => expect(textOf(parts)).toBe(SAID))

  it('is never lost', () => {
    expect(textOf([{ type: 'byte', bytes: [0xff, 0x31] }])).toContain('1')
    expect(textOf([])).toBe('')
  })
})

it('sees that a phone read the bytes as something else', () => {
  const wrong = (label: string) => new TextDecoder(label).decode(new Uint8Array(bytes(GBK)))
  expect([wrong('latin1'), wrong('utf-8')].map(isGarbled)).toEqual([true, true])
  expect([SAID, 'https://a.example/e/AB?x=1', '51101010820170002'].map(isGarbled)).toEqual([false, false, false])
})

it('knows what leads elsewhere', () => {
  const ours = 'https://safe.example'
  expect(
    ['https://www.example.com/ad', `${ours}/e/ABC`, '51101010820170002'].map((text) => isForeign(text, ours)),
  ).toEqual([true, false, false])
})
