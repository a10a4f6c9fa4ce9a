/**
 * Build one platform into static/dist.
 *
 * Usage: node scripts/build.mjs h5|mp-weixin. Exits with the build's own code.
 */
import { spawnSync } from 'node:child_process'
import { copyFileSync, rmSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { shutIn } from './shut-in.mjs'
import { writeOfflineShell } from './offline-shell.mjs'

const FOLDERS = { h5: 'm', 'mp-weixin': 'mp-weixin' }
const platform = process.argv[2]
if (!(platform in FOLDERS)) {
  console.error(`Which platform? One of: ${Object.keys(FOLDERS).join(', ')}`)
  process.exit(2)
}

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')
const output = resolve(root, '..', 'dist', FOLDERS[platform])
rmSync(output, { recursive: true, force: true })

const cli = resolve(root, 'node_modules/@dcloudio/vite-plugin-uni/bin/uni.js')
const done = spawnSync(process.execPath, [cli, 'build', '-p', platform], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, NODE_ENV: 'production', UNI_INPUT_DIR: resolve(root, 'src'), UNI_OUTPUT_DIR: output },
})
if (done.status !== 0) process.exit(done.status ?? 1)
shutIn(output)
if (platform === 'h5') {
  writeOfflineShell(output, resolve(root, 'scripts/sw.template.js'))
  // Only WeCom's own browser loads it, and needs the network anyway: it is no part of what is kept on every phone.
  copyFileSync(resolve(root, 'node_modules/@wecom/jssdk/dist/wecom.global.prod.js'), resolve(output, 'wecom.js'))
}
