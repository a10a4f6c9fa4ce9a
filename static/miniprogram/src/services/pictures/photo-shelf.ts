/** Photos in IndexedDB (H5): localStorage is too small for them. Never throws; says whether it worked. */

const NAME = 'anban'
const STORE = 'photos'

let opening: Promise<IDBDatabase | null> | null = null

function database(): Promise<IDBDatabase | null> {
  opening ??= new Promise((done) => {
    try {
      const asked = indexedDB.open(NAME, 1)
      asked.onupgradeneeded = () => void asked.result.createObjectStore(STORE)
      asked.onsuccess = () => done(asked.result)
      asked.onerror = asked.onblocked = () => done(null)
    } catch {
      done(null)
    }
  })
  return opening
}

async function within<T>(mode: IDBTransactionMode, act: (shelf: IDBObjectStore) => IDBRequest<T>): Promise<T | null> {
  const open = await database()
  if (!open) return null
  return new Promise((done) => {
    try {
      const work = open.transaction(STORE, mode)
      const asked = act(work.objectStore(STORE))
      // Only a transaction that is complete is on the phone.
      work.oncomplete = () => done(asked.result)
      work.onerror = work.onabort = () => done(null)
    } catch {
      done(null)
    }
  })
}

/** Keep a photo. False when the phone could not. */
export async function put(id: string, file: File): Promise<boolean> {
  return (await within('readwrite', (shelf) => shelf.put(file, id))) !== null
}

/** The kept photo, or null. */
export async function get(id: string): Promise<File | null> {
  return ((await within('readonly', (shelf) => shelf.get(id))) as File | undefined) ?? null
}

/** Forget a photo. */
export async function drop(id: string): Promise<void> {
  await within('readwrite', (shelf) => shelf.delete(id))
}
