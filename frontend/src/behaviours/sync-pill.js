// How field work that waits on this phone is doing, in one calm word.
let counts = { waiting: 0, attention: 0, sending: false }

function state() {
  if (counts.attention) return ['attention', 'attention', counts.attention]
  if (!navigator.onLine) return ['offline', counts.waiting ? 'offlineWaiting' : 'offline', counts.waiting]
  if (counts.sending) return ['sending', 'sending', counts.waiting]
  if (counts.waiting) return ['waiting', 'waiting', counts.waiting]
  return ['synced', 'synced', 0]
}

function show() {
  const [name, words, number] = state()
  for (const pill of document.querySelectorAll('[data-sync-pill]')) {
    pill.dataset.sync = name
    pill.querySelector('[data-sync-text]').textContent = pill.dataset[words].replace('{n}', number)
  }
}

document.addEventListener('outbox-changed', ({ detail }) => { counts = detail; show() })
addEventListener('online', show)
addEventListener('offline', show)
document.addEventListener('htmx:afterSettle', show)
show()
