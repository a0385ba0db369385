// Light, dark or as the device: a cookie, so that the server writes the right page from its first byte.
const NAMES = { light: 'jade', dark: 'jade-night' }
const YEAR = 31536000

const chosen = () => document.cookie.match(/(?:^|; )theme=(light|dark)/)?.[1] ?? ''

function show() {
  if ('themeFixed' in document.documentElement.dataset) return
  const value = chosen()
  if (value) document.documentElement.dataset.theme = NAMES[value]
  else delete document.documentElement.dataset.theme
  for (const button of document.querySelectorAll('[data-theme-value]')) {
    button.setAttribute('aria-pressed', String(button.dataset.themeValue === value))
  }
}

document.addEventListener('click', (event) => {
  const button = event.target.closest('[data-theme-value]')
  if (!button) return
  const value = button.dataset.themeValue
  const secure = location.protocol === 'https:' ? '; secure' : ''
  document.cookie = `theme=${value}; path=/; max-age=${value ? YEAR : 0}; samesite=lax${secure}`
  show()
})
document.addEventListener('htmx:afterSettle', show)
show()
