import { clientsClaim } from 'workbox-core'
import { cleanupOutdatedCaches, precacheAndRoute } from 'workbox-precaching'
self.skipWaiting()
clientsClaim()
cleanupOutdatedCaches()
precacheAndRoute(__PRECACHE__)
