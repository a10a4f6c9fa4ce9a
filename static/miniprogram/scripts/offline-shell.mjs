/**
 * Write the service worker that keeps the H5 client on the phone.
 *
 * Takes the built folder; lists its files, names the cache after their content, and writes sw.js beside them.
 */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'

/** @param {string} folder built H5 @param {string} template path of the worker's source */
export function writeOfflineShell(folder, template) {
  const files = walk(folder).filter((path) => !path.endsWith('sw.js'))
  const content = createHash('sha256')
  for (const path of files) content.update(path).update(readFileSync(resolve(folder, path)))
  const version = content.digest('hex').slice(0, 12)
  const source = readFileSync(template, 'utf8')
  const filled = source.replace('__VERSION__', version).replace('__FILES__', JSON.stringify(files))
  writeFileSync(join(folder, 'sw.js'), filled)
  return { version, files }
}

function walk(root, folder = root) {
  return readdirSync(folder)
    .sort()
    .flatMap((name) => {
      const path = join(folder, name)
      return statSync(path).isDirectory() ? walk(root, path) : [relative(root, path).split('\\').join('/')]
    })
}
