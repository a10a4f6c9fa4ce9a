// Puts the one weight that label sheets are printed with, and its licence, where the server looks for it.
import { copyFileSync, mkdirSync } from 'node:fs'

const from = new URL('node_modules/@expo-google-fonts/noto-sans-sc/', import.meta.url)
const to = new URL('../dist/fonts/', import.meta.url)

mkdirSync(to, { recursive: true })
copyFileSync(new URL('400Regular/NotoSansSC_400Regular.ttf', from), new URL('NotoSansSC-Regular.ttf', to))
copyFileSync(new URL('LICENSE_FONT', from), new URL('NotoSansSC-LICENSE.txt', to))
