// The shell opens without a connection: built files, and one page that the phone fills from what it keeps sealed. No other page is kept.
import { clientsClaim } from 'workbox-core'
import { addPlugins, cleanupOutdatedCaches, matchPrecache, precacheAndRoute } from 'workbox-precaching'
import { NavigationRoute, registerRoute } from 'workbox-routing'
import { CacheFirst } from 'workbox-strategies'

const PATIENCE = 12000

self.skipWaiting()
clientsClaim()
cleanupOutdatedCaches()
// What is kept answers every request for it, whatever language or session it comes with: a Vary would hide it when it is needed.
addPlugins([{
  cacheWillUpdate: async ({ response }) => {
    if (response.status !== 200) return null
    const headers = new Headers(response.headers)
    headers.delete('Vary')
    return new Response(response.body, { status: 200, headers })
  },
}])
precacheAndRoute([...__PRECACHE__, { url: '/offline/', revision: __SHELL_VERSION__ }])

registerRoute(({ url }) => url.origin === self.location.origin && /^\/static\/.*-[\w-]{8}\.\w+$/.test(url.pathname), new CacheFirst({ cacheName: 'tiejun-static' }))

registerRoute(new NavigationRoute(async ({ request }) => {
  try {
    return await fetch(request, { signal: AbortSignal.timeout(PATIENCE) })
  } catch {
    return (await matchPrecache('/offline/')) ?? Response.error()
  }
}, { denylist: [/^\/api\//, /^\/static\//, /^\/visits\/confirm\//] }))
