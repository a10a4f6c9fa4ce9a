/**
 * Photos of a report on this phone: taken, made small, kept until the server has them.
 *
 * In a browser they lie in IndexedDB, in the mini-program in the program's own folder. Where neither is allowed (a
 * private window, a full phone) they live only as long as the page, and `safe` says so.
 */

import { reactive } from 'vue'
import { isHalf } from '../../logic/accidents/half'
import { newKey } from '../storage/keys'
import * as store from '../storage/store'
// #ifdef H5
import { shrink } from './shrinking'
import * as shelf from './photo-shelf'
// #endif

/** False once a photo could not be kept: do not close the page. */
export const keeping = reactive({ safe: true })

/** What can be drawn as <image>, by photo. */
const thumbs = reactive<Record<string, string>>({})
const files: Record<string, File | string> = {}

export type From = 'camera' | 'album'

/**
 * Let the person take or choose at most `count` photos. Gives their ids; none when they changed their mind. Half a
 * picture is not taken, and said at once, so that another is sent while one still stands there.
 */
export async function pick(from: From, count: number): Promise<string[]> {
  const picked = await choose(from, count)
  const ids: string[] = []
  let halves = 0
  for (const one of picked.slice(0, count))
    if (await half(one)) halves += 1
    else ids.push(await add(one))
  if (halves) uni.showModal({ title: '图片不完整', content: HALF, showCancel: false, confirmText: '知道了' })
  return ids
}

const HALF = '只有图片的一部分，还没下载完，或者存坏了。请重拍一张，或者打开原图等它显示完整再选。'

async function half({ path, file }: Chosen): Promise<boolean> {
  // #ifdef H5
  if (file) return isHalf(new Uint8Array(await file.arrayBuffer()))
  // #endif
  // #ifdef MP-WEIXIN
  const bytes = await bytesOf(path)
  if (bytes) return isHalf(new Uint8Array(bytes))
  // #endif
  return false
}

interface Chosen {
  path: string
  file: File | null
}

function choose(from: From, count: number): Promise<Chosen[]> {
  return new Promise((chosen) => {
    uni.chooseImage({
      count,
      sourceType: [from],
      sizeType: ['compressed'],
      success: ({ tempFilePaths, tempFiles }) => {
        const all = Array.isArray(tempFiles) ? tempFiles : [tempFiles]
        const paths = Array.isArray(tempFilePaths) ? tempFilePaths : [tempFilePaths]
        chosen(
          paths.map((path, at) => ({
            path,
            file: typeof File !== 'undefined' && all[at] instanceof File ? (all[at] as File) : null,
          })),
        )
      },
      fail: () => chosen([]),
    })
  })
}

async function add(chosen: Chosen): Promise<string> {
  const id = newKey(Date.now(), 'photo')
  // #ifdef H5
  const small = chosen.file ? await shrink(chosen.file, `${id}.jpg`) : null
  if (small) {
    files[id] = small
    thumbs[id] = URL.createObjectURL(small)
    if (!(await shelf.put(id, small))) keeping.safe = false
  }
  // #endif
  // #ifdef MP-WEIXIN
  files[id] = thumbs[id] = await settled(await compressed(chosen.path))
  if (!store.put(`photo.${id}`, files[id])) keeping.safe = false
  // #endif
  return id
}

/** The file of a photo; null when the phone has it no more. */
export async function read(id: string): Promise<File | string | null> {
  if (files[id]) return files[id]
  // #ifdef H5
  const kept = await shelf.get(id)
  if (kept) {
    files[id] = kept
    thumbs[id] = URL.createObjectURL(kept)
  }
  // #endif
  // #ifdef MP-WEIXIN
  const path = store.get<string>(`photo.${id}`)
  if (path) files[id] = thumbs[id] = path
  // #endif
  return files[id] ?? null
}

/** What to draw for a photo; empty until `read` has found it. */
export const thumb = (id: string): string => thumbs[id] ?? ''

/** Let a photo go. */
export function forget(id: string): void {
  // #ifdef H5
  if (thumbs[id]) URL.revokeObjectURL(thumbs[id])
  void shelf.drop(id)
  // #endif
  // #ifdef MP-WEIXIN
  if (typeof files[id] === 'string')
    uni.getFileSystemManager().removeSavedFile({ filePath: files[id] as string, fail: () => undefined })
  // #endif
  store.drop(`photo.${id}`)
  delete files[id]
  delete thumbs[id]
}

// #ifdef MP-WEIXIN
const LONGEST = 2000

function bytesOf(filePath: string): Promise<ArrayBuffer | null> {
  return new Promise((done) => {
    uni.getFileSystemManager().readFile({
      filePath,
      success: ({ data }) => done(typeof data === 'string' ? null : data),
      fail: () => done(null),
    })
  })
}

function compressed(path: string): Promise<string> {
  return new Promise((done) => {
    uni.getImageInfo({
      src: path,
      success: ({ width, height }) => {
        const scale = Math.min(1, LONGEST / Math.max(width, height, 1))
        uni.compressImage({
          src: path,
          quality: 80,
          compressedWidth: Math.round(width * scale),
          success: ({ tempFilePath }) => done(tempFilePath),
          fail: () => done(path),
        })
      },
      fail: () => done(path),
    })
  })
}

/** Into the program's own folder, which outlives the program; a full folder leaves it where it is. */
function settled(path: string): Promise<string> {
  return new Promise((done) => {
    uni.getFileSystemManager().saveFile({
      tempFilePath: path,
      success: ({ savedFilePath }) => done(savedFilePath),
      fail: () => {
        keeping.safe = false
        done(path)
      },
    })
  })
}
// #endif
