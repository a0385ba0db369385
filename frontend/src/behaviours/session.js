// An ended session in the middle of work: a notice in place, never a lost form. Back from signing in, the page is usable as it is.
import { keepCsrfToken } from './csrf.js'

const notice = () => document.getElementById('sign-in-notice')

export function askToSignIn() {
  if (notice() && !notice().open) notice().showModal()
}

async function comeBack() {
  if (document.visibilityState !== 'visible' || !notice()?.open) return
  const answer = await fetch('/', { headers: { Accept: 'text/html' } }).catch(() => null)
  if (!answer?.ok || answer.url.includes('/login')) return
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html')
  keepCsrfToken(page.querySelector('meta[name=csrf-token]')?.content)
  notice().close()
  document.dispatchEvent(new CustomEvent('signed-in-again'))
}

document.addEventListener('session-ended', askToSignIn)
document.addEventListener('visibilitychange', comeBack)
addEventListener('focus', comeBack)
