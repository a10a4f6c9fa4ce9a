/**
 * Take the framework maker's addresses out of what was built.
 *
 * uni-app preloads a shadow picture from its maker's CDN and knows an advertisement server. Nothing of ours may be
 * fetched from outside: a plant's network often cannot, and nobody asked for it.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const PICTURE = /url\(["']?https:\/\/[\w.]*dcloud\.net\.cn\/[^)]*\)/g
const ADDRESS = /https:\/\/[\w.]*dcloud\.(?:net\.cn|io)[\w./-]*/g

/** Rewrite every script and sheet under `folder`. */
export function shutIn(folder) {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !/\.(js|css|wxss)$/.test(entry.name)) continue
    const path = join(entry.parentPath ?? entry.path, entry.name)
    const built = readFileSync(path, 'utf8')
    const clean = built.replace(PICTURE, 'none').replace(ADDRESS, '')
    if (clean !== built) writeFileSync(path, clean)
  }
}
