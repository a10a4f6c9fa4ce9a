/** Half a picture is told from a whole one, whatever lies behind the whole. */
import { describe, expect, it } from 'vitest'
import { isHalf } from '../src/logic/accidents/half'

const hex = (text: string) => Uint8Array.from(text.match(/../g)!.map((pair) => parseInt(pair, 16)))
const SCAN = 'ffda00080101000000' + '1122ff00ffd033'
const JPEG = `ffd8ffe00006ffd90000${SCAN}`
const PNG = '89504e470d0a1a0a' + '0000000149444154' + '55' + '00000000'

describe('a picture', () => {
  it.each([
    ['that ends', `${JPEG}ffd9`, false],
    ['with bytes behind its end', `${JPEG}ffd9${JPEG}`, false],
    ['in several scans', `${JPEG}ffc40004aabb${SCAN}ffd9`, false],
    ['without its end, whose small copy has one', JPEG, true],
    ['cut in its head', 'ffd8ffe00010ffd9', true],
    ['cut within a marker', `${JPEG}ff`, true],
    ['that ends as PNG', `${PNG}0000000049454e44ae426082`, false],
    ['cut as PNG', PNG, true],
    ['of another kind', '47494638396101', false],
    ['of nothing', '00', false],
  ])('%s', (_, bytes, half) => {
    expect(isHalf(hex(bytes))).toBe(half)
  })
})
