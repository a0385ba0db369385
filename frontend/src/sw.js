// The shell opens without a connection: built files, the offline page, and forms that say X-Offline: keep. No other page is kept.
import { clientsClaim } from 'workbox-core'
import { cleanupOutdatedCaches, matchPrecache, precacheAndRoute } from 'workbox-precaching'
import { NavigationRoute, registerRoute } from 'workbox-routing'
import { CacheFirst } from 'workbox-strategies'

const FORMS = 'tiejun-forms'
const PATIENCE = 4000

self.skipWaiting()
clientsClaim()
cleanupOutdatedCaches()
precacheAndRoute([...__PRECACHE__, { url: '/offline/', revision: __SHELL_VERSION__ }])

registerRoute(({ url }) => url.origin === self.location.origin && /^\/static\/.*-[\w-]{8}\.\w+$/.test(url.pathname), new CacheFirst({ cacheName: 'tiejun-static' }))

registerRoute(new NavigationRoute(async ({ request, url }) => {
  const kept = caches.open(FORMS)
  try {
    const answer = await fetch(request, { signal: AbortSignal.timeout(PATIENCE * 4) })
    if (answer.ok && answer.headers.get('X-Offline') === 'keep') (await kept).put(url.pathname, answer.clone())
    return answer
  } catch {
    return (await (await kept).match(url.pathname)) ?? (await matchPrecache('/offline/')) ?? Response.error()
  }
}, { denylist: [/^\/api\//, /^\/static\//] }))
