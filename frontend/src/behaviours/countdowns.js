// Time left until a moment: minutes and seconds near it, hours and minutes before, days far away.
const MINUTE = 60000

function show(element) {
  const left = new Date(element.dataset.until) - Date.now()
  if (Number.isNaN(left)) return
  const text = element.querySelector('time') ?? element
  element.toggleAttribute('data-past', left <= 0)
  element.toggleAttribute('data-near', left > 0 && left < Number(element.dataset.nearMinutes ?? 30) * MINUTE)
  text.textContent = left <= 0 ? document.body.dataset.timeUp : said(left, document.body.dataset.daysLeft)
}

function said(left, days) {
  const seconds = Math.floor(left / 1000)
  const pad = (number) => String(number).padStart(2, '0')
  if (seconds >= 172800) return days.replace('{n}', Math.floor(seconds / 86400))
  if (seconds >= 3600) return `${Math.floor(seconds / 3600)}:${pad(Math.floor(seconds / 60) % 60)}:${pad(seconds % 60)}`
  return `${Math.floor(seconds / 60)}:${pad(seconds % 60)}`
}

const tick = () => document.querySelectorAll('[data-countdown]').forEach(show)
setInterval(tick, 1000)
document.addEventListener('htmx:afterSettle', tick)
tick()
