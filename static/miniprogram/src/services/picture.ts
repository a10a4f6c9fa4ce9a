/** A picture that only who is signed in may see, for what shows it. */

import { ref, watch } from 'vue'
import { readPicture } from './door'

/** `source` is empty until it is there, `lost` says that it did not come; `look` shows it whole, or asks once more. */
export function usePicture(url: () => string) {
  const source = ref('')
  const lost = ref(false)

  async function fetch() {
    const wanted = url()
    lost.value = false
    const found = await readPicture(wanted)
    if (wanted !== url()) return
    source.value = found
    lost.value = !found
  }
  watch(url, fetch, { immediate: true })
  const look = () => (source.value ? uni.previewImage({ urls: [source.value] }) : void fetch())
  return { source, lost, look }
}
