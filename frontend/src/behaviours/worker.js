// The service worker: the shell opens without a connection. Needs https, or localhost.
if ('serviceWorker' in navigator && isSecureContext) {
  addEventListener('load', () => navigator.serviceWorker.register('/sw.js').catch(() => {}))
}
