import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const SOURCES = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.vue'))
const source = (file: string) => readFileSync(join('src', file), 'utf8')

describe('every page can be used by keys and by ear', () => {
  it('has its wheels from WheelField: the framework’s own on the web can be turned by a finger alone', () => {
    expect(SOURCES.length).toBeGreaterThan(50)
    const turned = SOURCES.filter((file) =>
      /<(picker|picker-view|slider|switch|radio|checkbox)[\s>]/.test(source(file)),
    )
    expect(turned.map((file) => file.split('\\').join('/'))).toEqual(['components/fields/WheelField.vue'])
  })
})
