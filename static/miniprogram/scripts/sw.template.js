/* Keeps the client on the phone, so that it opens and scans without a signal. Answers of the server are never kept. */
const CACHE = 'anban-phone-__VERSION__'
const FILES = __FILES__
const PATIENCE = 2500

self.addEventListener('install', (event) => {
  event.waitUntil(
    caches
      .open(CACHE)
      .then((cache) => cache.addAll(FILES.map((path) => new Request(path, { cache: 'no-cache' }))))
      .then(() => self.skipWaiting()),
  )
})

self.addEventListener('activate', (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) =>
        Promise.all(
          names.filter((name) => name.startsWith('anban-phone-') && name !== CACHE).map((name) => caches.delete(name)),
        ),
      )
      .then(() => self.clients.claim()),
  )
})

self.addEventListener('fetch', (event) => {
  const { request } = event
  const url = new URL(request.url)
  const scope = new URL(self.registration.scope)
  if (request.method !== 'GET' || url.origin !== scope.origin || !url.pathname.startsWith(scope.pathname)) return
  if (request.mode === 'navigate') event.respondWith(page(request))
  else event.respondWith(caches.match(request).then((kept) => kept || fetch(request)))
})

/* The newest page if it comes soon, else the one that is kept: with one bar of signal nobody waits for a page. */
async function page(request) {
  const kept = await caches.match('index.html')
  if (!kept) return fetch(request)
  const late = new Promise((resolve) => setTimeout(() => resolve(kept.clone()), PATIENCE))
  const fresh = fetch(request).then(
    (answer) => (answer.ok ? answer : kept.clone()),
    () => kept.clone(),
  )
  return Promise.race([fresh, late])
}
