// Short messages: from the server (HX-Trigger: {"toast": {"tone", "text", "href", "action"}}), from the page, from other modules.
const SHOWN_FOR = 5200
const shown = new Map()

export const region = () => document.getElementById('toasts')
export const words = () => region()?.dataset ?? {}

export function toast({ tone = 'success', text, href, action, run, key }) {
  const place = region()
  if (!place || !text) return
  if (key) shown.get(key)?.remove()
  const box = document.createElement('div')
  box.className = 't-toast'
  box.dataset.tone = tone
  const mark = Object.assign(document.createElement('span'), { className: 't-toast-mark', ariaHidden: 'true' })
  const words = Object.assign(document.createElement('p'), { textContent: text })
  box.append(mark, words)
  if (action) box.append(actionFor({ href, action, run, box }))
  raise(place)
  leaveLater(box, action ? SHOWN_FOR * 2 : SHOWN_FOR)
  place.append(box)
  if (key) shown.set(key, box)
}

function actionFor({ href, action, run, box }) {
  const element = document.createElement(href ? 'a' : 'button')
  element.textContent = action
  if (href) element.href = href
  else element.addEventListener('click', () => { box.remove(); run?.() })
  return element
}

// A modal dialog makes the rest of the page inert: the region moves into it, so that the message is seen and heard.
function raise(place) {
  const top = [...document.querySelectorAll('dialog:modal')].at(-1) ?? document.body
  if (place.parentElement !== top) top.append(place)
}
document.addEventListener('close', (event) => {
  if (event.target.contains(region())) document.body.append(region())
}, true)

function leaveLater(box, after) {
  box.dataset.timed = '1'
  let timer = setTimeout(() => box.remove(), after)
  box.addEventListener('pointerenter', () => clearTimeout(timer))
  box.addEventListener('focusin', () => clearTimeout(timer))
  box.addEventListener('pointerleave', () => { timer = setTimeout(() => box.remove(), after / 2) })
}

document.addEventListener('toast', ({ detail }) => {
  const said = detail?.value ?? detail
  for (const one of Array.isArray(said) ? said : [said]) toast(typeof one === 'string' ? { text: one } : one)
})
for (const box of document.querySelectorAll('#toasts > .t-toast')) leaveLater(box, SHOWN_FOR * 1.4)
// What the server swaps in leaves by itself as well.
new MutationObserver((changes) => {
  for (const node of changes.flatMap((change) => [...change.addedNodes])) {
    if (!node.classList?.contains('t-toast') || node.dataset.timed) continue
    raise(region())
    leaveLater(node, SHOWN_FOR)
  }
}).observe(region() ?? document.createElement('i'), { childList: true })
