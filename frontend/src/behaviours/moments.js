// "3 min ago" goes on counting while the page stays open; after an hour the time of day stands there instead.
// The server says how old it was and what comes later, so neither a wrong clock nor another time zone of the phone matters.
const MINUTE = 60000
const seen = new WeakMap()

function tick() {
  const { justNow, minutesAgo } = document.body.dataset
  for (const element of document.querySelectorAll('time[data-ago]')) {
    if (!seen.has(element)) seen.set(element, Date.now() - element.dataset.ago * 1000)
    const minutes = Math.floor((Date.now() - seen.get(element)) / MINUTE)
    element.textContent = minutes < 1 ? justNow : minutes < 60 ? minutesAgo.replace('{n}', minutes) : element.dataset.then
    if (minutes >= 60) delete element.dataset.ago
  }
}

setInterval(tick, 15000)
document.addEventListener('htmx:afterSettle', tick)
document.addEventListener('visibilitychange', tick)
tick()
