import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { placesOf, straight, straightImports } from '../straight-imports'

const places = {
  'tdesign-icons-vue-next': new Map([
    ['AddIcon', { file: '/icons/add.js', name: 'default' }],
    ['Icon', { file: '/icons/sprite.js', name: 'Icon' }],
  ]),
  'lodash-es': new Map([['isArray', { file: '/lodash/isArray.js', name: 'default' }]]),
}

describe('imports of packages that only gather files', () => {
  it('lead straight to the files, under the names that the code uses', () => {
    expect(straight("import { AddIcon, Icon as Icon$1 } from 'tdesign-icons-vue-next';\nf()", places)).toBe(
      'import { default as AddIcon } from "/icons/add.js"; import { Icon as Icon$1 } from "/icons/sprite.js";\nf()',
    )
    expect(straight('import { isArray } from "lodash-es"', places)).toBe(
      'import { default as isArray } from "/lodash/isArray.js";',
    )
    expect(straight("export { AddIcon as Plus } from 'tdesign-icons-vue-next';", places)).toBe(
      'export { default as Plus } from "/icons/add.js";',
    )
  })

  it('stay as they are where something has no file of its own, or the package is another', () => {
    for (const code of [
      "import { AddIcon, manifest } from 'tdesign-icons-vue-next';",
      "import * as all from 'lodash-es';",
      "import { isArray } from 'lodash-es/other';",
      "import { ref } from 'vue';",
    ])
      expect(straight(code, places)).toBe(code)
  })

  it('are dropped where nothing is taken', () => {
    expect(straight("import 'lodash-es';\nimport 'vue';", places)).toBe("\nimport 'vue';")
  })

  it('are found in the packages that are installed', () => {
    const icons = placesOf('tdesign-icons-vue-next')
    expect(icons.size).toBeGreaterThan(2000)
    expect([...icons.values()].filter(({ file }) => !existsSync(file))).toEqual([])
    expect(placesOf('lodash-es').get('debounce')?.name).toBe('default')
    expect(straightImports().apply).toBe('build')
  })
})
