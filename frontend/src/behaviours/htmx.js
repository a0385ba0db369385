// htmx under a strict policy: no eval, no injected styles; and what happens with each answer that is not 200.
import htmx from 'htmx.org'
import { toast, words } from './toasts.js'
import { askToSignIn } from './session.js'
import { csrfToken } from './csrf.js'

const SPOKEN = { 403: 'forbidden', 404: 'gone', 413: 'tooLarge', 429: 'busy', 503: 'unavailable' }

export function setUpHtmx() {
  window.htmx = htmx
  Object.assign(htmx.config, {
    includeIndicatorStyles: false,
    allowEval: false,
    allowScriptTags: false,
    selfRequestsOnly: true,
    historyCacheSize: 0,
    refreshOnHistoryMiss: true,
    defaultSwapStyle: 'innerHTML',
    scrollIntoViewOnBoost: false,
    timeout: 20000,
    responseHandling: [
      { code: '204', swap: false },
      { code: '[23]..', swap: true },
      { code: '409|413|422', swap: true, error: false },
      { code: '[45]..', swap: false, error: true },
    ],
  })
}

document.addEventListener('htmx:configRequest', ({ detail }) => {
  const token = csrfToken()
  if (!token) return
  detail.headers['X-CSRFToken'] = token
  // The token in the form may be older than the session after a second sign-in: the fresh one wins.
  if (detail.parameters?.csrfmiddlewaretoken) detail.parameters.csrfmiddlewaretoken = token
})

document.addEventListener('htmx:beforeSwap', ({ detail }) => {
  const answer = detail.xhr
  if (leadsToSignIn(detail)) {
    detail.shouldSwap = false
    // Only to somebody who acts: a counter that refreshes by itself must not interrupt.
    if (detail.requestConfig.triggeringEvent?.isTrusted) askToSignIn()
    return
  }
  if (answer.status < 400) return
  // A refusal comes as a ready toast for the region of toasts, whatever its status.
  if (answer.getResponseHeader('HX-Retarget') === '#toasts') {
    detail.shouldSwap = true
    detail.isError = false
    return
  }
  if (!(answer.getResponseHeader('Content-Type') ?? '').includes('json')) return
  detail.shouldSwap = false
  detail.isError = false
  speak(answer)
})

document.addEventListener('htmx:responseError', ({ detail }) => {
  const answer = detail.xhr
  if (answer.status === 401) return askToSignIn()
  if (hasOwnToast(answer)) return
  speak(answer)
})

for (const event of ['htmx:sendError', 'htmx:timeout']) {
  document.addEventListener(event, ({ detail }) => {
    const { elt } = detail
    const again = () => elt.isConnected && (elt.requestSubmit?.() ?? elt.click?.())
    toast({ tone: 'warning', text: words().offline, action: words().retry, run: again, key: 'offline' })
  })
}

// What was asked for beside a list comes into view where it lies below it, as on a phone, or above a long form that was sent.
document.addEventListener('htmx:afterSwap', ({ detail }) => {
  const place = detail.target
  if (!place?.matches?.('[data-in-view]')) return
  const { top } = place.getBoundingClientRect()
  if (top < 0 || top > innerHeight * 0.6) place.scrollIntoView({ block: 'start' })
})

document.addEventListener('htmx:beforeRequest', () => progress(1))
document.addEventListener('htmx:afterRequest', () => progress(-1))

// The browser follows a redirect silently: the sign-in page must not land inside a drawer or a list.
function leadsToSignIn({ xhr, pathInfo }) {
  const asked = pathInfo?.requestPath ?? ''
  return /^\/accounts\/(login|reauthenticate)/.test(new URL(xhr.responseURL || location.href).pathname) && !asked.startsWith('/accounts/')
}

let running = 0
function progress(change) {
  running = Math.max(0, running + change)
  document.getElementById('page-progress')?.toggleAttribute('data-on', running > 0)
}

function hasOwnToast(answer) {
  return /"?toast"?/.test(answer.getResponseHeader('HX-Trigger') ?? '')
}

function speak(answer) {
  if (hasOwnToast(answer)) return
  let message = ''
  try {
    const said = JSON.parse(answer.responseText)
    message = said.detail ?? said.message ?? ''
  } catch {
    // Not JSON: the general words of the status are shown.
  }
  const tone = answer.status >= 500 ? 'danger' : 'warning'
  toast({ tone, text: message || words()[SPOKEN[answer.status]] || words().failed })
}
