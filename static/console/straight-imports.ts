import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { Plugin } from 'vite'

/** Packages whose entry only gathers files, thousands of them, of which we need dozens; with that entry. */
const GATHERED = { 'tdesign-icons-vue-next': 'esm/index.js', 'lodash-es': 'lodash.js' }
const NAMES = Object.keys(GATHERED).join('|')
const GIVEN = /^export \{ (?:(\w+) as )?(\w+) \} from '(\.\/[\w./-]+)';$/gm
const TAKEN = new RegExp(`(import|export) \\{([^}]+)\\} from (['"])(${NAMES})\\3;?`, 'g')
const BARE = new RegExp(`import (['"])(?:${NAMES})\\1;?`, 'g')

/** Where something that a package exports really is: the file, and what it is called there. */
type Place = { file: string; name: string }
type Places = Record<string, Map<string, Place>>

/** What the entry of a gathering package exports, by name. */
export function placesOf(name: keyof typeof GATHERED): Map<string, Place> {
  const folder = dirname(createRequire(import.meta.url).resolve(`${name}/package.json`))
  const index = join(folder, GATHERED[name])
  const given = [...readFileSync(index, 'utf8').matchAll(GIVEN)]
  return new Map(
    given.map(([, inside, name, file]) => [name!, { file: join(dirname(index), file!), name: inside ?? name! }]),
  )
}

/**
 * `code` with what it takes from gathering packages taken from the files themselves; a statement of which anything has
 * no file stays as it is. An import of nothing goes: these packages do nothing when they are loaded.
 */
export function straight(code: string, places: Places): string {
  const led = code.replace(TAKEN, (whole, verb: string, list: string, _, name: string) => {
    const parts = list.split(',').map((each) => each.trim())
    const lines = parts.filter(Boolean).map((each) => {
      const [taken, local = taken] = each.split(/\s+as\s+/)
      const place = places[name]?.get(taken!)
      return place && `${verb} { ${place.name} as ${local} } from ${JSON.stringify(place.file)};`
    })
    return lines.every(Boolean) ? lines.join(' ') : whole
  })
  return led.replace(BARE, '')
}

/** For a build: half of the modules that would be read are never opened. What comes out is the same. */
export function straightImports(): Plugin {
  const places = {
    'tdesign-icons-vue-next': placesOf('tdesign-icons-vue-next'),
    'lodash-es': placesOf('lodash-es'),
  }
  return {
    name: 'straight-imports',
    apply: 'build',
    transform(code, id) {
      const changed = /\.(js|mjs|ts|vue)($|\?)/.test(id) ? straight(code, places) : code
      return changed === code ? null : { code: changed, map: null }
    },
  }
}
